"use client";

import Link from "next/link";
import { useActionState } from "react";
import type { AddState } from "../app/cart/actions.ts";
import { Notice } from "./notice.tsx";
import { SubmitButton } from "./submit-button.tsx";

interface AddToCartProps {
  productId: number;
  /** The most that can be chosen. */
  most: number;
  action: (state: AddState, form: FormData) => Promise<AddState>;
}

export function AddToCart({ productId, most, action }: AddToCartProps) {
  const [state, submit] = useActionState(action, { status: "idle" });
  return (
    <form action={submit} className="flex flex-col gap-4">
      <input type="hidden" name="productId" value={productId} />
      <div className="flex items-end gap-3">
        <div className="flex flex-col gap-1.5">
          <label htmlFor="quantity" className="text-sm font-medium">
            Quantity
          </label>
          <select id="quantity" name="quantity" defaultValue="1" className="input w-20 rounded-full py-3">
            {Array.from({ length: most }, (_, index) => (
              <option key={index + 1}>{index + 1}</option>
            ))}
          </select>
        </div>
        <SubmitButton pendingLabel="Adding…" className="button flex-1 sm:flex-none sm:px-10">
          Add to cart
        </SubmitButton>
      </div>
      {state.status === "added" && (
        <Notice tone="good">
          {"Added to your cart. "}
          <Link href="/cart" prefetch={false} className="font-medium underline underline-offset-4">
            View cart
          </Link>
        </Notice>
      )}
      {state.status === "failed" && <Notice tone="bad">{state.message}</Notice>}
    </form>
  );
}
