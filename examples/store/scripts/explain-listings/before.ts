/** How the listings could have been written: the shapes that `src/db/catalogue.ts` avoids. */
import { desc, eq, relations } from "drizzle-orm";
import { drizzle } from "drizzle-orm/node-postgres";
import { database } from "../../src/db/client.ts";
import { categories, products } from "../../src/db/schema.ts";

const productRelations = relations(products, ({ one }) => ({
  category: one(categories, { fields: [products.categoryId], references: [categories.id] }),
}));

/** Knows the relation, and so can include; over the store's own pool. */
const related = () =>
  drizzle({ client: database().$client, schema: { categories, products, productRelations } });

const newest = [desc(products.createdAt), desc(products.id)];

/** N+1: one query for the list, and one for each row of it. */
export async function oneByOne(categoryId: number, limit: number) {
  const found = await database()
    .select()
    .from(products)
    .where(eq(products.categoryId, categoryId))
    .orderBy(...newest)
    .limit(limit);
  const cards = [];
  for (const product of found) {
    const [category] = await database()
      .select()
      .from(categories)
      .where(eq(categories.id, product.categoryId));
    cards.push({ ...product, category });
  }
  return cards;
}

/** Include: the list and what belongs to each row, in one query. */
export async function included(categoryId: number, limit: number) {
  return related().query.products.findMany({
    where: eq(products.categoryId, categoryId),
    orderBy: newest,
    limit,
    with: { category: true },
  });
}

/** The same as a join. */
export async function joined(categoryId: number, limit: number) {
  return database()
    .select()
    .from(products)
    .innerJoin(categories, eq(categories.id, products.categoryId))
    .where(eq(products.categoryId, categoryId))
    .orderBy(...newest)
    .limit(limit);
}

/** A page by its number: the server reads all pages before it and throws them away. */
export async function byOffset(page: number, limit: number) {
  return database()
    .select()
    .from(products)
    .orderBy(...newest)
    .limit(limit)
    .offset((page - 1) * limit);
}
