// An answer for one visitor, with a cookie.

import { randomUUID } from "node:crypto";
import type { NextRequest } from "next/server";

export function GET(request: NextRequest): Response {
  const rendering = randomUUID();
  return Response.json(
    { version: request.nextUrl.searchParams.get("q") ?? "none", rendering },
    { headers: { "set-cookie": `seen=${rendering}; Path=/` } },
  );
}
