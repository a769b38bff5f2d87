// What a form permits: the conditions of its policy, and until when.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html

import type { Fields } from "./form.ts";
import { against, invalidPolicy } from "./refusals.ts";

/** Bytes that the file may have, both included. */
export interface LengthRange {
  least: number;
  most: number;
}

interface Policy {
  expiration: number;
  conditions: Condition[];
  range: LengthRange;
}

interface Condition {
  operator: "eq" | "starts-with";
  /** In small letters. */
  field: string;
  value: string;
}

/** Fields that no condition needs to cover. */
const exempt: ReadonlySet<string> = new Set(["x-amz-signature", "file", "policy"]);

/**
 * The lengths that a policy, in Base64, permits for a form with these fields. Throws where it does not permit the
 * form. The bucket is a field, whether the form names it or not.
 */
export function checkPolicy(encoded: string, fields: Fields, now: number): LengthRange {
  const { expiration, conditions, range } = parsePolicy(encoded);
  if (expiration <= now) throw against("Policy expired.");
  const broken = conditions.find((condition) => !holds(condition, fields));
  if (broken !== undefined)
    throw against(
      `Policy Condition failed: ${JSON.stringify([broken.operator, `$${broken.field}`, broken.value])}`,
    );
  const covered = new Set(conditions.map(({ field }) => field));
  const extra = [...fields.keys()].filter((name) => !isExempt(name) && !covered.has(name));
  if (extra.length > 0) throw against(`Extra input fields: ${extra.join(", ")}`);
  return range;
}

function isExempt(name: string): boolean {
  return exempt.has(name) || name.startsWith("x-ignore-");
}

function holds({ operator, field, value }: Condition, fields: Fields): boolean {
  const found = fields.get(field) ?? "";
  if (operator === "eq") return found === value;
  // A list of types: each of them has to begin so.
  const parts = field === "content-type" ? found.split(",").map((part) => part.trim()) : [found];
  return parts.every((part) => part.startsWith(value));
}

function parsePolicy(encoded: string): Policy {
  const { expiration, conditions: listed } = jsonOf(encoded);
  if (typeof expiration !== "string" || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(expiration))
    throw invalidPolicy("Invalid 'expiration' value: expected a time such as 2030-01-31T12:00:00Z.");
  const time = Date.parse(expiration);
  if (Number.isNaN(time)) throw invalidPolicy(`Invalid 'expiration' value: '${expiration}'`);
  if (!Array.isArray(listed)) throw invalidPolicy("Policy missing conditions.");
  const conditions: Condition[] = [];
  const range = { least: 0, most: Infinity };
  for (const one of listed as unknown[]) {
    if (Array.isArray(one) && isNamed(one[0], "content-length-range")) narrow(range, one);
    else conditions.push(...conditionsOf(one));
  }
  return { expiration: time, conditions, range };
}

function jsonOf(encoded: string): Record<string, unknown> {
  let found: unknown;
  try {
    found = JSON.parse(Buffer.from(encoded, "base64").toString("utf8"));
  } catch {
    throw invalidPolicy("Invalid JSON.");
  }
  if (typeof found !== "object" || found === null) throw invalidPolicy("Invalid JSON: expected an object.");
  return found as Record<string, unknown>;
}

function narrow(range: LengthRange, [, least, most, ...rest]: unknown[]): void {
  if (!isLength(least) || !isLength(most) || rest.length > 0)
    throw invalidPolicy("Invalid content-length-range: expected two whole numbers.");
  range.least = Math.max(range.least, Number(least));
  range.most = Math.min(range.most, Number(most));
}

function conditionsOf(one: unknown): Condition[] {
  if (!Array.isArray(one)) return exactConditions(one);
  const [operator, field, value, ...rest] = one as unknown[];
  const known = (["eq", "starts-with"] as const).find((name) => isNamed(operator, name));
  if (known === undefined) throw invalidPolicy(`Unknown operation: ${JSON.stringify(operator)}`);
  if (typeof field !== "string" || !/^\$./.test(field) || typeof value !== "string" || rest.length > 0)
    throw invalidPolicy(
      `Invalid condition, expected ["${known}", "$field", "value"]: ${JSON.stringify(one)}`,
    );
  return [{ operator: known, field: field.slice(1).toLowerCase(), value }];
}

function exactConditions(one: unknown): Condition[] {
  if (typeof one !== "object" || one === null)
    throw invalidPolicy(`Invalid condition: ${JSON.stringify(one)}`);
  return Object.entries(one).map(([field, value]) => {
    if (typeof value !== "string") throw invalidPolicy(`Invalid value of '${field}': expected text.`);
    return { operator: "eq", field: field.toLowerCase(), value };
  });
}

function isNamed(operator: unknown, name: string): boolean {
  return typeof operator === "string" && operator.toLowerCase() === name;
}

/** Written as a number or as text. */
function isLength(value: unknown): boolean {
  return (typeof value === "number" || typeof value === "string") && /^\d{1,15}$/.test(String(value));
}
