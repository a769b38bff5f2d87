import { and, asc, eq } from "drizzle-orm";
import { database } from "./client.ts";
import { orderItems, orders, products } from "./schema.ts";

/** The order with its lines, if this cart placed it: nobody reads a stranger's address by its id. */
export async function findOrder(orderId: string, cartId: string) {
  const rows = await database()
    .select({
      order: {
        id: orders.id,
        email: orders.email,
        name: orders.name,
        address: orders.address,
        city: orders.city,
        postcode: orders.postcode,
        totalCents: orders.totalCents,
        placedAt: orders.placedAt,
      },
      line: {
        productId: orderItems.productId,
        name: orderItems.name,
        priceCents: orderItems.unitPriceCents,
        quantity: orderItems.quantity,
        imageId: products.imageId,
      },
    })
    .from(orders)
    .innerJoin(orderItems, eq(orderItems.orderId, orders.id))
    .innerJoin(products, eq(products.id, orderItems.productId))
    .where(and(eq(orders.id, orderId), eq(orders.cartId, cartId)))
    .orderBy(asc(orderItems.productId));
  const [first] = rows;
  return first && { ...first.order, lines: rows.map((row) => row.line) };
}
