/** The gate of the admin pages: HTTP Basic with `ADMIN_PASSWORD`; open if that is not set. */
import { createHash, timingSafeEqual } from "node:crypto";

const digest = (text: string) => createHash("sha256").update(text).digest();

export function isAdminOpen(): boolean {
  return !process.env["ADMIN_PASSWORD"];
}

/**
 * Whether an `Authorization` header carries the password; any user name will do (RFC 7617).
 * Digests are compared, so the time taken tells neither the content nor the length.
 */
export function isAdmin(authorization: string | null): boolean {
  const password = process.env["ADMIN_PASSWORD"];
  if (!password) return true;
  const [, encoded] = /^basic ([a-z0-9+/=]+)$/i.exec(authorization ?? "") ?? [];
  if (encoded === undefined) return false;
  const credentials = Buffer.from(encoded, "base64").toString();
  const given = credentials.slice(credentials.indexOf(":") + 1);
  return timingSafeEqual(digest(given), digest(password));
}
