/** Writes the catalogue to Postgres, once per version of it. */
import type { Client } from "pg";
import { exclusively, inTransaction } from "../database.ts";
import { progress } from "../progress.ts";

/**
 * Raise it when `catalogue.ts` or the words give other products; its test tells when.
 * Products of an earlier version stay as they are, with what people changed in them.
 */
export const CATALOGUE_VERSION = "1";

/** Rows per statement. More saves round trips but makes the progress bar jump. */
const BATCH = 500;

async function isSeeded(client: Client): Promise<boolean> {
  const { rowCount } = await client.query("select 1 from seeds where name = 'catalogue' and version = $1", [
    CATALOGUE_VERSION,
  ]);
  return rowCount === 1;
}

/** The list of columns is written once and serves both sides of each insert. */
const productColumns =
  "id, category_id, name, description, price_cents, stock, rating_tenths, review_count, image_id, created_at";

const insertProducts = `
  insert into products (${productColumns})
  select ${productColumns} from jsonb_populate_recordset(null::products, $1)
  on conflict (id) do nothing`;

const insertCategories = `
  insert into categories select * from jsonb_populate_recordset(null::categories, $1)
  on conflict (id) do update set
    slug = excluded.slug, name = excluded.name, department = excluded.department,
    blurb = excluded.blurb, image_id = excluded.image_id`;

async function insertCatalogue(client: Client): Promise<void> {
  const { seedCategories, seedProducts } = await import("./catalogue.ts");
  const products = seedProducts();
  const report = progress("products", products.length);
  await client.query(insertCategories, [JSON.stringify(seedCategories())]);
  for (let start = 0; start < products.length; start += BATCH) {
    report(start);
    await client.query(insertProducts, [JSON.stringify(products.slice(start, start + BATCH))]);
  }
  await client.query(
    "select setval(pg_get_serial_sequence('products', 'id'), (select max(id) from products))",
  );
  await client.query(
    `insert into seeds (name, version) values ('catalogue', $1)
     on conflict (name) do update set version = excluded.version, finished_at = now()`,
    [CATALOGUE_VERSION],
  );
  report(products.length);
}

export async function seedCatalogue(client: Client): Promise<void> {
  if (await isSeeded(client)) return;
  await exclusively(client, "seed", async () => {
    // Another script may have done the work while this one waited for the lock.
    if (await isSeeded(client)) return;
    await inTransaction(client, () => insertCatalogue(client));
    // The planner knows nothing of ten thousand new rows until it has looked at them.
    await client.query("analyze products, categories");
  });
}
