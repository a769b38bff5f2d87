// Takes a stack's passwords out of what is shown.

import { readIfPresent } from "../state/files.ts";
import type { StackFolder } from "../state/folder.ts";
import type { Secrets } from "../state/secrets.ts";

export type Redact = (text: string) => string;

export function redactSecrets(secrets: Partial<Secrets>): Redact {
  const values = Object.values(secrets);
  return (text) => values.reduce((shown, secret) => shown.replaceAll(secret, "***"), text);
}

/** For commands that run without a supervisor. */
export function redactFor(folder: StackFolder): Redact {
  const text = readIfPresent(folder.secrets);
  return text === undefined ? (shown) => shown : redactSecrets(JSON.parse(text) as Secrets);
}
