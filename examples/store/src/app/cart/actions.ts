"use server";

import { refresh } from "next/cache";
import { addToCart, setCartQuantity } from "../../db/cart.ts";
import { parseId, parseQuantity } from "../../forms/numbers.ts";
import { ensureCartId, readCartId } from "../../session/cart-cookie.ts";

export type AddState = { status: "idle" } | { status: "added" } | { status: "failed"; message: string };

export async function addToCartAction(_state: AddState, form: FormData): Promise<AddState> {
  const productId = parseId(form.get("productId"));
  const quantity = parseQuantity(form.get("quantity"), 1);
  if (productId === undefined || quantity === undefined) {
    return { status: "failed", message: "Choose a quantity from 1 to 20." };
  }
  const cartId = await ensureCartId();
  const added = await addToCart({ cartId, productId, quantity });
  return added
    ? { status: "added" }
    : { status: "failed", message: "Somebody was faster: this has just sold out." };
}

/** Sets a line's quantity; 0 removes it. Anything else than a quantity is ignored. */
export async function setQuantityAction(form: FormData): Promise<void> {
  const cartId = await readCartId();
  const productId = parseId(form.get("productId"));
  const quantity = parseQuantity(form.get("quantity"), 0);
  if (cartId === undefined || productId === undefined || quantity === undefined) return;
  await setCartQuantity({ cartId, productId, quantity });
  refresh();
}
