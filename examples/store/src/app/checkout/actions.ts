"use server";

import { refresh } from "next/cache";
import { redirect } from "next/navigation";
import { type CheckoutResult, placeOrder } from "../../db/checkout.ts";
import { type Address, checkAddress, readAddress } from "../../forms/address.ts";
import { isUuid } from "../../forms/numbers.ts";
import type { Errors } from "../../forms/result.ts";
import { formatPrice } from "../../format.ts";
import { readCartId } from "../../session/cart-cookie.ts";

export interface CheckoutState {
  message?: string;
  errors?: Errors;
  /** What was typed, to be shown again. */
  values?: Address;
}

function explain(result: Exclude<CheckoutResult, { status: "placed" }>): string {
  if (result.status === "empty") {
    return "Your cart is empty. If you ordered in another tab, the order is placed.";
  }
  if (result.status === "repriced") {
    return `A price has changed: the total is now ${formatPrice(result.totalCents)}. Please look again and confirm.`;
  }
  const shortages = result.lines.map(({ name, stock }) =>
    stock === 0 ? `${name} has just sold out.` : `Of ${name}, only ${stock} are left.`,
  );
  return [...shortages, "Please change your cart. Nothing was ordered."].join(" ");
}

export async function checkoutAction(_state: CheckoutState, form: FormData): Promise<CheckoutState> {
  const values = readAddress(form);
  const address = checkAddress(values);
  if (!address.ok) {
    return { values, errors: address.errors, message: "Please check the fields below." };
  }
  const cartId = await readCartId();
  const orderId = form.get("orderId");
  const expectedCents = Number(form.get("expectedCents"));
  if (cartId === undefined || !isUuid(orderId)) {
    return { values, message: "Your cart could not be found. Please open the page again." };
  }
  const result = await placeOrder({ orderId, cartId, address: address.value, expectedCents });
  if (result.status !== "placed") return { values, message: explain(result) };
  // The header above the next page counts what lies in the cart: nothing any more.
  refresh();
  return redirect(`/orders/${orderId}`);
}
