// Carries the token of a request and of its answer: in by header or cookie, out by cookie.

import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import { processState } from "../process-state.ts";
import { warn } from "../warnings.ts";
import { beforeHeaders } from "./before-headers.ts";
import { holdAnswer } from "./hold.ts";
import { Scope, type ScopeOrigin } from "./scope.ts";
import { canSign, writeToken } from "./token.ts";

/** The name of the request header that carries a token from one server or client to another. */
export const tokenHeader = "x-spillway-token";

/** The cookie that a writer gets. */
const cookieName = "spillway";

/**
 * Seconds that the cookie lives. It must outlive every lag that is tolerated: after it, its bearer is read for
 * like a stranger.
 */
const cookie = processState("cookie", () => ({ seconds: 60, warned: false }));

/** Makes the cookie live at least twice as long as a replica may lag. */
export function outlive(lagMs: number): void {
  cookie.seconds = Math.max(cookie.seconds, Math.ceil((2 * lagMs) / 1_000));
}

type ResponseHook = (response: ServerResponse, scope: Scope) => void;

/** Called before the headers of every answer are written. Of one process, also where the library is there twice. */
export const responseHooks: Set<ResponseHook> = processState("response-hooks", () => new Set<ResponseHook>());

/** The scope of one HTTP request. */
export function requestScope(
  request: IncomingMessage,
  response: ServerResponse,
  route: NonNullable<ScopeOrigin["route"]>,
): Scope {
  const { headers } = request;
  let told = false;
  const onWrite = (scope: Scope): void => {
    if (!told) tellWriter(response, scope);
    told = true;
  };
  const traceparent = headers["traceparent"];
  const atEnd: (() => void)[] = [];
  const origin = {
    route,
    onWrite,
    target: request.url,
    onEnd: (work: () => void) => {
      if (atEnd.length === 0) response.once("close", () => atEnd.forEach((one) => one()));
      atEnd.push(work);
    },
    hold: (work: Promise<unknown>) => holdAnswer(response, work),
    traceparent: typeof traceparent === "string" ? traceparent : undefined,
  };
  const scope = new Scope(origin, tokenOf(headers[tokenHeader], headers.cookie));
  if (responseHooks.size > 0) {
    beforeHeaders(response, (rest) => {
      for (const hook of responseHooks) hook(response, scope);
      return rest;
    });
  }
  return scope;
}

function tokenOf(header: string | string[] | undefined, cookies: string | undefined): string | undefined {
  if (typeof header === "string") return header;
  // Most requests have no such cookie: no time is spent on taking all the others apart.
  const at = cookies?.indexOf(`${cookieName}=`) ?? -1;
  if (cookies === undefined || at < 0) return undefined;
  for (const pair of cookies.split(";")) {
    const [name = "", value] = pair.trim().split("=", 2);
    if (name === cookieName) return value;
  }
  return undefined;
}

/** Adds the cookie when the headers are written, for what is written by then. */
function tellWriter(response: ServerResponse, scope: Scope): void {
  if (response.headersSent || !isSignable()) return;
  beforeHeaders(response, (rest) => withCookie(response, rest, setCookie(response, scope)));
}

function isSignable(): boolean {
  if (canSign()) return true;
  if (!cookie.warned)
    warn("SPILLWAY_SECRET_MISSING", "SPILLWAY_SECRET is not set, or shorter than 16 characters");
  cookie.warned = true;
  return false;
}

function setCookie({ req }: ServerResponse, scope: Scope): string {
  const token = writeToken(scope.positions() ?? new Map(), scope.marks());
  const isSecure = "encrypted" in req.socket || req.headers["x-forwarded-proto"] === "https";
  const attributes = `Path=/; Max-Age=${cookie.seconds}; HttpOnly; SameSite=Lax${isSecure ? "; Secure" : ""}`;
  return `${cookieName}=${token}; ${attributes}`;
}

/** Headers that are given to `writeHead` replace those set before: there the cookie has to be among them. */
function withCookie(response: ServerResponse, rest: unknown[], line: string): unknown[] {
  const headers = rest.at(-1);
  if (Array.isArray(headers)) return [...rest.slice(0, -1), [...(headers as unknown[]), "set-cookie", line]];
  const given = typeof headers === "object" && headers !== null ? (headers as OutgoingHttpHeaders) : {};
  const name = Object.keys(given).find((key) => key.toLowerCase() === "set-cookie");
  if (name === undefined) {
    response.appendHeader("set-cookie", line);
    return rest;
  }
  const others = [given[name] ?? []].flat().map(String);
  return [...rest.slice(0, -1), { ...given, [name]: [...others, line] }];
}
