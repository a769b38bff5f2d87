// The keys that are read through the cache, and what their values show.

export const items = 24;
const perList = 3;

/**
 * `item:7` has a tag that is known before it is loaded, `late:7` one that only its value tells, and `list:2` is made of
 * the cached values of several items and has no tag of its own.
 */
export type Form = "item" | "late" | "list";

export const forms: readonly Form[] = ["item", "late", "list"];

export function keyOf(form: Form, item: number): string {
  return form === "list" ? `list:${Math.floor(item / perList)}` : `${form}:${item}`;
}

export function formOf(key: string): Form {
  return key.slice(0, key.indexOf(":")) as Form;
}

export function itemsOf(key: string): number[] {
  const number = Number(key.slice(key.indexOf(":") + 1));
  if (formOf(key) !== "list") return [number];
  return Array.from({ length: perList }, (_, index) => number * perList + index);
}

export function allKeys(): string[] {
  const keys = new Set<string>();
  for (const form of forms) for (let item = 0; item < items; item++) keys.add(keyOf(form, item));
  return [...keys];
}
