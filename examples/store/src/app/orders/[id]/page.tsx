import Link from "next/link";
import { notFound } from "next/navigation";
import { OrderSummary } from "../../../components/order-summary.tsx";
import { findOrder } from "../../../db/orders.ts";
import { isUuid } from "../../../forms/numbers.ts";
import { formatDay } from "../../../format.ts";
import { readCartId } from "../../../session/cart-cookie.ts";

export const metadata = { title: "Order placed", robots: { index: false } };

export default async function OrderPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  const cartId = await readCartId();
  const order = isUuid(id) && cartId ? await findOrder(id, cartId) : undefined;
  if (!order) notFound();
  return (
    <div className="page max-w-3xl py-12">
      <p className="eyebrow">{`Order ${order.id.slice(0, 8)}, placed ${formatDay(order.placedAt)}`}</p>
      <h1 className="title mt-3">{`Thank you, ${order.name}.`}</h1>
      <p className="mt-3 mb-8 leading-relaxed text-muted">
        {`It would go to ${order.address}, ${order.postcode} ${order.city}, and the receipt to ${order.email}, if this were not a demonstration.`}
      </p>
      <OrderSummary lines={order.lines} totalCents={order.totalCents} />
      <Link href="/" prefetch={false} className="button mt-8">
        Continue shopping
      </Link>
    </div>
  );
}
