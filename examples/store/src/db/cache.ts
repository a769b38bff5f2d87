/** What visitors read is kept in memory and in Redis, until a write ends it: the admin page's, or one made in psql. */
import { type Cache, createCache } from "spillway/cache";
import { startTailer } from "spillway/database";
import { once } from "../once.ts";
import { database } from "./client.ts";

/** Of a row of the table: in whatever it is shown, that ends when the row changes. */
export function productTags(product: { id: number; categoryId: number }): string[] {
  return [`product:${product.id}`, `category:${product.categoryId}`, "products"];
}

function create(): Cache {
  startTailer(database().$client, {
    rules: {
      products: (row) => productTags({ id: Number(row["id"]), categoryId: Number(row["category_id"]) }),
    },
  });
  return createCache({ ttl: 3600 });
}

/** Made at the first read, so a build needs neither Redis nor Postgres. */
export const cache: () => Cache = once("cache", create);
