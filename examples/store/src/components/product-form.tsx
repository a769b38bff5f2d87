"use client";

import { useActionState } from "react";
import type { EditState } from "../app/admin/products/[id]/actions.ts";
import { Field } from "./field.tsx";
import { Notice } from "./notice.tsx";
import { SubmitButton } from "./submit-button.tsx";

interface ProductFormProps {
  product: { id: number; name: string; priceCents: number; stock: number };
  action: (state: EditState, form: FormData) => Promise<EditState>;
}

export function ProductForm({ product, action }: ProductFormProps) {
  const [{ status, errors, values }, submit] = useActionState(action, { status: "idle" });
  const price = (product.priceCents / 100).toFixed(2);
  return (
    <form action={submit} className="flex flex-col gap-5">
      {status === "saved" && <Notice tone="good">Saved. The shop shows it from now on.</Notice>}
      {status === "invalid" && <Notice tone="bad">Nothing was saved. See the fields below.</Notice>}
      {status === "gone" && <Notice tone="bad">This product no longer exists.</Notice>}
      <input type="hidden" name="productId" value={product.id} />
      <input type="hidden" name="stockShown" value={product.stock} />
      <Field
        label="Name"
        name="name"
        required
        minLength={3}
        maxLength={120}
        defaultValue={values?.name ?? product.name}
        error={errors?.["name"]}
      />
      <div className="grid grid-cols-2 gap-4">
        <Field
          label="Price, in euros"
          name="price"
          inputMode="decimal"
          required
          defaultValue={values?.price ?? price}
          error={errors?.["price"]}
        />
        <Field
          label="Stock"
          name="stock"
          inputMode="numeric"
          required
          defaultValue={values?.stock ?? product.stock}
          error={errors?.["stock"]}
          hint="What is sold meanwhile is taken off."
        />
      </div>
      <div>
        <SubmitButton pendingLabel="Saving…">Save</SubmitButton>
      </div>
    </form>
  );
}
