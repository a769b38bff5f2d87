// Takes a stack's passwords out of what is shown.

import type { StackFolder } from "../state/folder.ts";
import { type Secrets, knownSecrets } from "../state/secrets.ts";

export type Redact = (text: string) => string;

export function redactSecrets(secrets: Partial<Secrets>): Redact {
  const values = Object.values(secrets);
  return (text) => values.reduce((shown, secret) => shown.replaceAll(secret, "***"), text);
}

/** For commands that run without a supervisor. */
export function redactFor(folder: StackFolder): Redact {
  return redactSecrets(knownSecrets(folder));
}
