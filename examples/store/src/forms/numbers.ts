/** The most of one product in a cart. */
export const MAX_QUANTITY = 20;

/** A whole number from `min` to the maximum, or undefined. */
export function parseQuantity(value: unknown, min: 0 | 1): number | undefined {
  if (typeof value !== "string" || !/^\d{1,3}$/.test(value)) return undefined;
  const quantity = Number(value);
  return quantity >= min && quantity <= MAX_QUANTITY ? quantity : undefined;
}

/** A row's id from a form or an address: 1 to the largest 32-bit number, or undefined. */
export function parseId(value: unknown): number | undefined {
  if (typeof value !== "string" || !/^[1-9]\d{0,9}$/.test(value)) return undefined;
  const id = Number(value);
  return id <= 2_147_483_647 ? id : undefined;
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export function isUuid(value: unknown): value is string {
  return typeof value === "string" && uuid.test(value);
}
