// What Next calls the proxy (earlier: middleware): runs at every request of its paths, also of cached pages.

import { randomUUID } from "node:crypto";
import { type NextRequest, NextResponse } from "next/server";

type Answer = (request: NextRequest, slug: string) => NextResponse;

const answers: Record<string, Answer> = {
  away: (request) => NextResponse.redirect(new URL("/posts/built", request.url), 307),
  answer: () => NextResponse.json({ answered: "by the proxy" }, { status: 418 }),
  ask: (request) => {
    const headers = new Headers(request.headers);
    headers.set("x-question", cookie(request, "name"));
    return NextResponse.next({ request: { headers } });
  },
  bucket: (request, slug) => page(request, `/bucket/${cookie(request, "bucket")}/${slug}`),
  cookie: (request, slug) => {
    const response = page(request, `/posts/${slug}`);
    response.cookies.set("lucky", randomUUID());
    return response;
  },
  language: (request) => {
    const german = request.headers.get("accept-language")?.startsWith("de") === true;
    return NextResponse.redirect(new URL(german ? "/in/de" : "/in/en", request.url));
  },
  secret: (request, slug) =>
    cookie(request, "name") === "ann"
      ? page(request, `/posts/${slug}`)
      : NextResponse.json({ version: "forbidden" }, { status: 401 }),
};

export function proxy(request: NextRequest): NextResponse {
  const [, , how = "", slug = ""] = request.nextUrl.pathname.split("/");
  const response = answers[how]?.(request, slug) ?? NextResponse.next();
  response.headers.set("x-proxy", cookie(request, "name"));
  return response;
}

function page(request: NextRequest, path: string): NextResponse {
  return NextResponse.rewrite(new URL(path, request.url));
}

function cookie(request: NextRequest, name: string): string {
  return request.cookies.get(name)?.value ?? "nobody";
}

export const config = { matcher: "/proxied/:path*" };
