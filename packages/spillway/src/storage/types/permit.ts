// Whether a list of types permits one.

import { isActive } from "./passive.ts";

const pattern = /^(?:\*\/\*|[a-z]+\/(?:\*|[a-z0-9][a-z0-9.+-]*))$/;

export function isTypePattern(value: unknown): value is string {
  return typeof value === "string" && pattern.test(value);
}

/** A wildcard never stands for what can run script: that is listed by its name. */
export function permits(types: readonly string[], type: string): boolean {
  if (types.includes(type)) return true;
  const [family] = type.split("/");
  return !isActive(type) && (types.includes(`${family}/*`) || types.includes("*/*"));
}
