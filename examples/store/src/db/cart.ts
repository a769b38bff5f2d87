/** The cart lives in the database, so any server can answer the next request. */
import { and, asc, eq, sql } from "drizzle-orm";
import { MAX_QUANTITY } from "../forms/numbers.ts";
import { database } from "./client.ts";
import { cartItems, products } from "./schema.ts";

export interface CartLine {
  productId: number;
  name: string;
  imageId: string;
  priceCents: number;
  stock: number;
  quantity: number;
}

interface CartItem {
  cartId: string;
  productId: number;
  quantity: number;
}

export async function countCartItems(cartId: string): Promise<number> {
  const [row] = await database()
    .select({ count: sql<number>`coalesce(sum(${cartItems.quantity}), 0)::integer` })
    .from(cartItems)
    .where(eq(cartItems.cartId, cartId));
  return row?.count ?? 0;
}

/** The columns of a line, for reading a cart and for locking it. */
export const cartLine = {
  productId: products.id,
  name: products.name,
  imageId: products.imageId,
  priceCents: products.priceCents,
  stock: products.stock,
  quantity: cartItems.quantity,
};

export async function listCart(cartId: string): Promise<CartLine[]> {
  return database()
    .select(cartLine)
    .from(cartItems)
    .innerJoin(products, eq(products.id, cartItems.productId))
    .where(eq(cartItems.cartId, cartId))
    .orderBy(asc(cartItems.addedAt), asc(products.id));
}

export function totalCents(lines: readonly CartLine[]): number {
  return lines.reduce((sum, line) => sum + line.priceCents * line.quantity, 0);
}

/**
 * Makes the cart if need be and adds to what lies in it, in one statement: two tabs adding
 * at once add up. False when the product is gone or sold out.
 */
export async function addToCart({ cartId, productId, quantity }: CartItem): Promise<boolean> {
  const { rowCount } = await database().execute(sql`
    with cart as (
      insert into carts (id) values (${cartId}) on conflict do nothing
    )
    insert into cart_items (cart_id, product_id, quantity)
    select ${cartId}, id, least(${quantity}::integer, stock, ${MAX_QUANTITY}::integer)
    from products where id = ${productId} and stock > 0
    on conflict (cart_id, product_id) do update
    set quantity = least(cart_items.quantity + ${quantity}::integer, ${MAX_QUANTITY}::integer)`);
  return rowCount === 1;
}

/** Sets how many of a product lie in the cart; 0 takes it out. */
export async function setCartQuantity({ cartId, productId, quantity }: CartItem): Promise<void> {
  const line = and(eq(cartItems.cartId, cartId), eq(cartItems.productId, productId));
  await (quantity === 0
    ? database().delete(cartItems).where(line)
    : database().update(cartItems).set({ quantity }).where(line));
}
