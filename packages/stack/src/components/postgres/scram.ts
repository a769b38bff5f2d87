// A password as PostgreSQL stores it. Sent in this form, the password itself is in no log and no statistics
// view: `CREATE ROLE … PASSWORD` is shown in full by pg_stat_statements.

import { createHash, createHmac, pbkdf2Sync, randomBytes } from "node:crypto";

const iterations = 4096;

/** The SCRAM-SHA-256 verifier of a password (RFC 5802 §3; PostgreSQL documentation, pg_authid.rolpassword). */
export function scramVerifier(password: string): string {
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password, salt, iterations, 32, "sha256");
  const hmac = (text: string): Buffer => createHmac("sha256", salted).update(text).digest();
  const storedKey = createHash("sha256").update(hmac("Client Key")).digest("base64");
  return `SCRAM-SHA-256$${iterations}:${salt.toString("base64")}$${storedKey}:${hmac("Server Key").toString("base64")}`;
}
