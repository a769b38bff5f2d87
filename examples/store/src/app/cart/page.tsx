import Link from "next/link";
import { CartRow } from "../../components/cart-row.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { listCart, totalCents } from "../../db/cart.ts";
import { formatPrice } from "../../format.ts";
import { readCartId } from "../../session/cart-cookie.ts";

export const metadata = { title: "Cart" };

export default async function CartPage() {
  const cartId = await readCartId();
  const lines = cartId ? await listCart(cartId) : [];
  return (
    <div className="page max-w-4xl py-10">
      <h1 className="title mb-6">Your cart</h1>
      {lines.length === 0 ? (
        <EmptyState title="Nothing in it yet">What you add to the cart is kept for a month.</EmptyState>
      ) : (
        <>
          <ul className="divide-y divide-line border-y border-line">
            {lines.map((line) => (
              <CartRow key={line.productId} line={line} />
            ))}
          </ul>
          <div className="mt-6 flex flex-col items-end gap-5">
            <p className="flex items-baseline gap-4">
              <span className="text-sm text-muted">Total, delivery included</span>
              <span className="font-display text-2xl tabular-nums">{formatPrice(totalCents(lines))}</span>
            </p>
            <Link href="/checkout" prefetch={false} className="button">
              Go to checkout
            </Link>
          </div>
        </>
      )}
    </div>
  );
}
