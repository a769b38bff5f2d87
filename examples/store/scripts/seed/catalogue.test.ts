import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { seedCategories, seedImages, seedProducts } from "./catalogue.ts";
import { CATALOGUE_VERSION } from "./load-catalogue.ts";

const products = seedProducts();
const categories = seedCategories();

test("the shop has 10,000 products with names of their own in 40 categories", () => {
  expect(products).toHaveLength(10_000);
  expect(new Set(products.map(({ name }) => name)).size).toBe(10_000);
  expect(categories).toHaveLength(40);
  expect(new Set(products.map((product) => product.category_id)).size).toBe(40);
});

test("the seed gives the same products every time", () => {
  expect(seedProducts()).toEqual(products);
});

/** A database seeded earlier is only looked at again under another version. */
test("the catalogue is the one its version names", () => {
  const digest = createHash("sha256")
    .update(JSON.stringify([categories, products]))
    .digest("hex");
  expect([CATALOGUE_VERSION, digest.slice(0, 16)]).toEqual(["1", "8ee5e09e42287608"]);
});

test("every product and category shows a picture that is uploaded", () => {
  const uploaded = new Set(seedImages().map(({ id }) => id));
  expect(uploaded.size).toBe(200);
  const shown = [...products, ...categories].map((row) => row.image_id);
  expect(shown.filter((id) => !uploaded.has(id))).toEqual([]);
});

test("prices, stock and ratings are within what the tables allow", () => {
  for (const product of products) {
    expect(product.price_cents).toBeGreaterThan(0);
    expect(product.stock).toBeGreaterThanOrEqual(0);
    expect(product.rating_tenths).toBeGreaterThanOrEqual(0);
    expect(product.rating_tenths).toBeLessThanOrEqual(50);
  }
});

test("ids rise with the time of creation", () => {
  const times = products.map((product) => product.created_at);
  expect(times.toSorted()).toEqual(times);
});
