/** Which cart a browser has: a random id in a cookie, and nothing else. */
import { cookies, headers } from "next/headers";
import { isUuid } from "../forms/numbers.ts";

const NAME = "cart";
const MONTH_SECONDS = 30 * 24 * 3_600;

/** The cart of this browser, or undefined if it has never put anything into one. */
export async function readCartId(): Promise<string | undefined> {
  const value = (await cookies()).get(NAME)?.value;
  return isUuid(value) ? value : undefined;
}

/** The cart of this browser, given a new one if need be. Only an action may set a cookie. */
export async function ensureCartId(): Promise<string> {
  const id = (await readCartId()) ?? crypto.randomUUID();
  const secure = (await headers()).get("x-forwarded-proto") === "https";
  (await cookies()).set(NAME, id, {
    httpOnly: true,
    sameSite: "lax",
    secure,
    path: "/",
    maxAge: MONTH_SECONDS,
  });
  return id;
}
