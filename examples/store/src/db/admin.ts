/** Writing products. */
import { eq, sql } from "drizzle-orm";
import type { NewProduct, ProductEdit } from "../forms/product.ts";
import { productTags } from "./cache.ts";
import { change } from "./client.ts";
import { products } from "./schema.ts";

/** The id of the new product, or undefined if there is no such category, whose picture it gets. */
export async function createProduct(product: NewProduct): Promise<number | undefined> {
  return change(async ({ db, invalidate }) => {
    const { rows } = await db.execute<{ id: number; categoryId: number }>(sql`
      insert into products (category_id, name, description, price_cents, stock, image_id)
      select id, ${product.name}, ${product.description}, ${product.priceCents}::integer,
        ${product.stock}::integer, image_id
      from categories where slug = ${product.category}
      returning id, category_id as "categoryId"`);
    for (const row of rows) invalidate(...productTags(row));
    return rows[0]?.id;
  });
}

/**
 * Stock is changed by the difference to what the form showed, so what was sold while the form
 * was open stays sold. Returns the stock it came to, or undefined if the product is gone.
 */
export async function updateProduct(id: number, edit: ProductEdit): Promise<number | undefined> {
  const difference = edit.stock - edit.stockShown;
  return change(async ({ db, invalidate }) => {
    const [row] = await db
      .update(products)
      .set({
        name: edit.name,
        priceCents: edit.priceCents,
        stock: sql`greatest(0, ${products.stock} + ${difference}::integer)`,
        updatedAt: sql`now()`,
      })
      .where(eq(products.id, id))
      .returning({ id: products.id, categoryId: products.categoryId, stock: products.stock });
    if (row !== undefined) invalidate(...productTags(row));
    return row?.stock;
  });
}

/** The picture must be in storage before. Returns whether there is such a product. */
export async function replacePicture(id: number, imageId: string): Promise<boolean> {
  return change(async ({ db, invalidate }) => {
    const [row] = await db
      .update(products)
      .set({ imageId, updatedAt: sql`now()` })
      .where(eq(products.id, id))
      .returning({ id: products.id, categoryId: products.categoryId });
    if (row !== undefined) invalidate(...productTags(row));
    return row !== undefined;
  });
}
