/** Asks for the admin password before any admin page is rendered. The actions check it again. */
import { type NextRequest, NextResponse } from "next/server";
import { isAdmin } from "./session/admin.ts";

export function proxy(request: NextRequest): NextResponse {
  if (isAdmin(request.headers.get("authorization"))) return NextResponse.next();
  return new NextResponse("The admin pages need a password.\n", {
    status: 401,
    headers: {
      "WWW-Authenticate": 'Basic realm="Millrace admin", charset="UTF-8"',
      "Cache-Control": "no-store",
    },
  });
}

export const config = { matcher: ["/admin", "/admin/:path*"] };
