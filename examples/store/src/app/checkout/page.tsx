import { CheckoutForm } from "../../components/checkout-form.tsx";
import { OrderSummary } from "../../components/order-summary.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { listCart, totalCents } from "../../db/cart.ts";
import { readCartId } from "../../session/cart-cookie.ts";
import { checkoutAction } from "./actions.ts";

export const metadata = { title: "Checkout" };

export default async function CheckoutPage() {
  const cartId = await readCartId();
  const lines = cartId ? await listCart(cartId) : [];
  const total = totalCents(lines);
  return (
    <div className="page py-10">
      <h1 className="title mb-8">Checkout</h1>
      {lines.length === 0 ? (
        <EmptyState title="Your cart is empty">Put something into it first.</EmptyState>
      ) : (
        <div className="grid gap-10 md:grid-cols-[1.2fr_1fr]">
          <CheckoutForm orderId={crypto.randomUUID()} expectedCents={total} action={checkoutAction} />
          <section aria-label="Your order" className="order-first md:order-none">
            <OrderSummary lines={lines} totalCents={total} />
          </section>
        </div>
      )}
    </div>
  );
}
