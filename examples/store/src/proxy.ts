/**
 * What is said of a page before it is rendered: the admin pages need a password, and the pages that are the same for
 * every visitor without a cart are kept by the edges until a product changes.
 */
import { type NextRequest, NextResponse } from "next/server";
import { cachePolicy } from "spillway/cdn";
import { isAdmin } from "./session/admin.ts";

/**
 * Every change of a product ends what has this tag: see `productTags`. A visitor with a cart has a cookie, and what is
 * not said to be public is given to nobody who has one.
 */
const listing = cachePolicy({ edge: 3600, tags: ["products"] });

export function proxy(request: NextRequest): NextResponse {
  if (!request.nextUrl.pathname.startsWith("/admin")) return listed(request);
  if (isAdmin(request.headers.get("authorization"))) return NextResponse.next();
  return new NextResponse("The admin pages need a password.\n", {
    status: 401,
    headers: {
      "WWW-Authenticate": 'Basic realm="Millrace admin", charset="UTF-8"',
      "Cache-Control": "no-store",
    },
  });
}

function listed(request: NextRequest): NextResponse {
  const response = NextResponse.next();
  if (request.method === "GET" && !request.headers.has("cookie")) listing.applyTo(response.headers);
  return response;
}

export const config = { matcher: ["/", "/categories/:path*", "/admin", "/admin/:path*"] };
