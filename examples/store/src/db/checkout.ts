/** Buying: stock, order and cart change together or not at all. */
import { and, asc, eq, sql } from "drizzle-orm";
import type { Address } from "../forms/address.ts";
import { cartLine, type CartLine, totalCents } from "./cart.ts";
import { productTags } from "./cache.ts";
import { change, type Changes } from "./client.ts";
import { cartItems, carts, orderItems, orders, products } from "./schema.ts";

export interface Checkout {
  /** The id the order will have. Sent twice, it still makes one order. */
  orderId: string;
  cartId: string;
  address: Address;
  /** What the customer saw and agreed to. */
  expectedCents: number;
}

export type CheckoutResult =
  | { status: "placed" }
  | { status: "empty" }
  | { status: "short"; lines: CartLine[] }
  | { status: "repriced"; totalCents: number };

type Transaction = Changes["db"];

/** True for the first sender; a second one waits here until the first is done. */
async function lockCart(tx: Transaction, cartId: string): Promise<boolean> {
  const rows = await tx.select({ id: carts.id }).from(carts).where(eq(carts.id, cartId)).for("update");
  return rows.length === 1;
}

async function isPlaced(tx: Transaction, { orderId, cartId }: Checkout): Promise<boolean> {
  const rows = await tx
    .select({ id: orders.id })
    .from(orders)
    .where(and(eq(orders.id, orderId), eq(orders.cartId, cartId)));
  return rows.length === 1;
}

/**
 * Locks the products in the order of their ids: in any other order, two carts with the same
 * products could wait for each other for ever. The cart's lines are locked with them, so that
 * another tab cannot change what is being bought.
 */
async function lockLines(tx: Transaction, cartId: string): Promise<CartLine[]> {
  return tx
    .select(cartLine)
    .from(cartItems)
    .innerJoin(products, eq(products.id, cartItems.productId))
    .where(eq(cartItems.cartId, cartId))
    .orderBy(asc(products.id))
    .for("update");
}

async function record(
  { db: tx, invalidate }: Changes,
  checkout: Checkout,
  lines: readonly CartLine[],
): Promise<void> {
  const { orderId, cartId, address } = checkout;
  const sold = await tx.execute<{ id: number; categoryId: number }>(sql`
    update products set stock = products.stock - cart_items.quantity
    from cart_items
    where cart_items.product_id = products.id and cart_items.cart_id = ${cartId}
    returning products.id, products.category_id as "categoryId"`);
  for (const product of sold.rows) invalidate(...productTags(product));
  await tx.insert(orders).values({ id: orderId, cartId, ...address, totalCents: totalCents(lines) });
  await tx.insert(orderItems).values(
    lines.map(({ productId, name, priceCents, quantity }) => ({
      orderId,
      productId,
      name,
      unitPriceCents: priceCents,
      quantity,
    })),
  );
  await tx.delete(cartItems).where(eq(cartItems.cartId, cartId));
}

async function checkOut(changes: Changes, checkout: Checkout): Promise<CheckoutResult> {
  const { db: tx } = changes;
  if (!(await lockCart(tx, checkout.cartId))) return { status: "empty" };
  if (await isPlaced(tx, checkout)) return { status: "placed" };
  const lines = await lockLines(tx, checkout.cartId);
  if (lines.length === 0) return { status: "empty" };
  const short = lines.filter((line) => line.stock < line.quantity);
  if (short.length > 0) return { status: "short", lines: short };
  const total = totalCents(lines);
  if (total !== checkout.expectedCents) return { status: "repriced", totalCents: total };
  await record(changes, checkout, lines);
  return { status: "placed" };
}

export async function placeOrder(checkout: Checkout): Promise<CheckoutResult> {
  return change((changes) => checkOut(changes, checkout));
}
