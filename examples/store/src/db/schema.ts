/** The tables of the store. `npm run db:generate` turns a change here into a SQL file in `drizzle/`. */
import { type SQL, sql } from "drizzle-orm";
import {
  check,
  customType,
  index,
  integer,
  pgTable,
  primaryKey,
  smallint,
  text,
  timestamp,
  uuid,
} from "drizzle-orm/pg-core";

const tsvector = customType<{ data: string }>({ dataType: () => "tsvector" });

/** Milliseconds, as JavaScript dates have no more: a cursor must name a row's time exactly. */
const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

export const categories = pgTable("categories", {
  id: integer("id").primaryKey(),
  slug: text("slug").notNull().unique(),
  name: text("name").notNull(),
  department: text("department").notNull(),
  blurb: text("blurb").notNull(),
  imageId: text("image_id").notNull(),
});

export const products = pgTable(
  "products",
  {
    id: integer("id").primaryKey().generatedByDefaultAsIdentity(),
    categoryId: integer("category_id")
      .notNull()
      .references(() => categories.id),
    name: text("name").notNull(),
    description: text("description").notNull(),
    priceCents: integer("price_cents").notNull(),
    stock: integer("stock").notNull(),
    /** Tenths of a star, 0 (not rated) to 50: exact where a float would not be. */
    ratingTenths: smallint("rating_tenths").notNull().default(0),
    reviewCount: integer("review_count").notNull().default(0),
    imageId: text("image_id").notNull(),
    createdAt: moment("created_at").notNull().defaultNow(),
    updatedAt: moment("updated_at").notNull().defaultNow(),
    search: tsvector("search")
      .notNull()
      .generatedAlwaysAs(
        (): SQL =>
          sql`setweight(to_tsvector('english', ${products.name}), 'A') || setweight(to_tsvector('english', ${products.description}), 'C')`,
      ),
  },
  (table) => [
    // Each listing order ends in `id`, so that a keyset page is one range of one index.
    index("products_newest_idx").on(table.createdAt, table.id),
    index("products_category_newest_idx").on(table.categoryId, table.createdAt, table.id),
    index("products_category_price_idx").on(table.categoryId, table.priceCents, table.id),
    index("products_rating_idx").on(table.ratingTenths, table.reviewCount, table.id),
    index("products_search_idx").using("gin", table.search),
    check("products_price_positive", sql`${table.priceCents} > 0`),
    check("products_stock_not_negative", sql`${table.stock} >= 0`),
    check("products_rating_range", sql`${table.ratingTenths} between 0 and 50`),
  ],
);

export const carts = pgTable("carts", {
  id: uuid("id").primaryKey(),
  createdAt: moment("created_at").notNull().defaultNow(),
});

export const cartItems = pgTable(
  "cart_items",
  {
    cartId: uuid("cart_id")
      .notNull()
      .references(() => carts.id, { onDelete: "cascade" }),
    productId: integer("product_id")
      .notNull()
      .references(() => products.id, { onDelete: "cascade" }),
    quantity: integer("quantity").notNull(),
    addedAt: moment("added_at").notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.cartId, table.productId] }),
    index("cart_items_product_idx").on(table.productId),
    check("cart_items_quantity_range", sql`${table.quantity} between 1 and 20`),
  ],
);

export const orders = pgTable(
  "orders",
  {
    /** Chosen when the checkout form is shown: sending the form twice names the same order. */
    id: uuid("id").primaryKey(),
    cartId: uuid("cart_id").notNull(),
    email: text("email").notNull(),
    name: text("name").notNull(),
    address: text("address").notNull(),
    city: text("city").notNull(),
    postcode: text("postcode").notNull(),
    totalCents: integer("total_cents").notNull(),
    placedAt: moment("placed_at").notNull().defaultNow(),
  },
  (table) => [check("orders_total_positive", sql`${table.totalCents} > 0`)],
);

export const orderItems = pgTable(
  "order_items",
  {
    orderId: uuid("order_id")
      .notNull()
      .references(() => orders.id, { onDelete: "cascade" }),
    productId: integer("product_id")
      .notNull()
      .references(() => products.id),
    /** Name and price as sold: the product may be renamed or repriced later. */
    name: text("name").notNull(),
    unitPriceCents: integer("unit_price_cents").notNull(),
    quantity: integer("quantity").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.orderId, table.productId] }),
    index("order_items_product_idx").on(table.productId),
    check("order_items_quantity_positive", sql`${table.quantity} > 0`),
  ],
);

/** One row per finished part of the seed, so that a second run is one query. */
export const seeds = pgTable("seeds", {
  name: text("name").primaryKey(),
  version: text("version").notNull(),
  finishedAt: moment("finished_at").notNull().defaultNow(),
});
