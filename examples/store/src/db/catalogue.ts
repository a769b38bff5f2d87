/** Reading products and categories. Each function is one statement and names the columns it needs. */
import { and, asc, desc, eq, gt, ne, type SQL, sql } from "drizzle-orm";
import { type Cursor, encodeCursor, type Sort } from "../catalogue/cursor.ts";
import { database } from "./client.ts";
import { categories, products } from "./schema.ts";

/** What a product's card shows. */
export const card = {
  id: products.id,
  name: products.name,
  priceCents: products.priceCents,
  stock: products.stock,
  ratingTenths: products.ratingTenths,
  reviewCount: products.reviewCount,
  imageId: products.imageId,
  createdAt: products.createdAt,
};

export interface ProductCard {
  id: number;
  name: string;
  priceCents: number;
  stock: number;
  ratingTenths: number;
  reviewCount: number;
  imageId: string;
  createdAt: Date;
}

export interface ProductPage {
  products: ProductCard[];
  next: string | null;
  previous: string | null;
}

export interface Listing {
  /** All categories if left out; then only `newest` has an index to read from. */
  categoryId?: number;
  sort: Sort;
  cursor?: Cursor | undefined;
  limit: number;
}

export async function listCategories() {
  return database()
    .select({
      id: categories.id,
      slug: categories.slug,
      name: categories.name,
      department: categories.department,
      imageId: categories.imageId,
    })
    .from(categories)
    .orderBy(asc(categories.id));
}

export async function findCategory(slug: string) {
  const [category] = await database()
    .select({
      id: categories.id,
      name: categories.name,
      department: categories.department,
      blurb: categories.blurb,
    })
    .from(categories)
    .where(eq(categories.slug, slug));
  return category;
}

function keyOf(product: ProductCard, sort: Sort): number {
  return sort === "newest" ? product.createdAt.getTime() : product.priceCents;
}

/** A row comparison, which Postgres turns into one range of the index (manual, 9.25.5). */
function beyond(cursor: Cursor, rising: boolean): SQL {
  const [column, key] =
    cursor.sort === "newest"
      ? [products.createdAt, sql`${new Date(cursor.key).toISOString()}::timestamptz`]
      : [products.priceCents, sql`${cursor.key}::integer`];
  const comparison = rising ? sql`>` : sql`<`;
  return sql`(${column}, ${products.id}) ${comparison} (${key}, ${cursor.id}::integer)`;
}

export async function listProducts(listing: Listing): Promise<ProductPage> {
  const { categoryId, sort, cursor, limit } = listing;
  const backwards = cursor?.direction === "previous";
  const rising = (sort === "price-asc") !== backwards;
  const order = rising ? asc : desc;
  const rows: ProductCard[] = await database()
    .select(card)
    .from(products)
    .where(
      and(
        categoryId === undefined ? undefined : eq(products.categoryId, categoryId),
        cursor && beyond(cursor, rising),
      ),
    )
    .orderBy(order(sort === "newest" ? products.createdAt : products.priceCents), order(products.id))
    // One more than is shown tells whether there is a further page, without counting.
    .limit(limit + 1);
  return toPage(rows, listing);
}

function toPage(rows: ProductCard[], { sort, cursor, limit }: Listing): ProductPage {
  const backwards = cursor?.direction === "previous";
  const more = rows.length > limit;
  const shown = rows.slice(0, limit);
  if (backwards) shown.reverse();
  const edge = (product: ProductCard | undefined, direction: Cursor["direction"]) =>
    product ? encodeCursor({ sort, direction, key: keyOf(product, sort), id: product.id }) : null;
  return {
    products: shown,
    next: backwards || more ? edge(shown.at(-1), "next") : null,
    previous: (backwards ? more : cursor) ? edge(shown[0], "previous") : null,
  };
}

export async function listBestRated(limit: number): Promise<ProductCard[]> {
  return database()
    .select(card)
    .from(products)
    .where(gt(products.stock, 0))
    .orderBy(desc(products.ratingTenths), desc(products.reviewCount), desc(products.id))
    .limit(limit);
}

export async function listRelated(
  product: { id: number; categoryId: number },
  limit: number,
): Promise<ProductCard[]> {
  return database()
    .select(card)
    .from(products)
    .where(and(eq(products.categoryId, product.categoryId), ne(products.id, product.id)))
    .orderBy(desc(products.createdAt), desc(products.id))
    .limit(limit);
}

export async function findProduct(id: number) {
  const [product] = await database()
    .select({
      ...card,
      description: products.description,
      categoryId: products.categoryId,
      categorySlug: categories.slug,
      categoryName: categories.name,
    })
    .from(products)
    .innerJoin(categories, eq(categories.id, products.categoryId))
    .where(eq(products.id, id));
  return product;
}
