// The value that is cached in all figures: a row of about 260 bytes of JSON.

export const value = {
  id: 12_345,
  slug: "merino-sweater-navy-blue",
  name: "Merino sweater, navy blue",
  description: "Knitted from the wool of one flock, washed cold, and dyed with what grows beside the road.",
  currency: "EUR",
  price: 129.5,
  stock: 17,
  sizes: ["S", "M", "L", "XL"],
  updatedAt: "2026-01-31T12:00:00.000Z",
};

export const json: string = JSON.stringify(value);

export async function load(): Promise<typeof value> {
  return value;
}
