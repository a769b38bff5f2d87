/** The catalogue as visitors see it: from the cache, and never older than the last write that was answered. */
import { encodeCursor } from "../catalogue/cursor.ts";
import { cache } from "./cache.ts";
import * as catalogue from "./catalogue.ts";
import type { Listing, ProductCard, ProductPage } from "./catalogue.ts";

/** A listing ends when one of its products changes, and when another may come into it. */
const tagsOf = (cards: readonly ProductCard[], among: string): string[] => [
  among,
  ...cards.map(({ id }) => `product:${id}`),
];

export function listCategories() {
  return cache().getOrSet("categories", catalogue.listCategories);
}

export async function findCategory(slug: string) {
  const load = async () => (await catalogue.findCategory(slug)) ?? null;
  return (await cache().getOrSet(`category:${slug}`, load)) ?? undefined;
}

export function listProducts(listing: Listing): Promise<ProductPage> {
  const { categoryId, sort, cursor, limit } = listing;
  const key = ["listing", categoryId ?? "all", sort, limit, cursor ? encodeCursor(cursor) : "first"].join(
    ":",
  );
  const among = categoryId === undefined ? "products" : `category:${categoryId}`;
  return cache().getOrSet(key, () => catalogue.listProducts(listing), {
    tags: ({ products }) => tagsOf(products, among),
  });
}

export function listBestRated(limit: number): Promise<ProductCard[]> {
  return cache().getOrSet(`best-rated:${limit}`, () => catalogue.listBestRated(limit), {
    tags: (cards) => tagsOf(cards, "products"),
  });
}

export function listRelated(
  product: { id: number; categoryId: number },
  limit: number,
): Promise<ProductCard[]> {
  return cache().getOrSet(`related:${product.id}:${limit}`, () => catalogue.listRelated(product, limit), {
    tags: (cards) => tagsOf(cards, `category:${product.categoryId}`),
  });
}

export async function findProduct(id: number) {
  const load = async () => (await catalogue.findProduct(id)) ?? null;
  return (await cache().getOrSet(`product:${id}`, load, { tags: [`product:${id}`] })) ?? undefined;
}
