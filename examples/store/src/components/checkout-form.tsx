"use client";

import { useActionState } from "react";
import type { CheckoutState } from "../app/checkout/actions.ts";
import { Field } from "./field.tsx";
import { Notice } from "./notice.tsx";
import { SubmitButton } from "./submit-button.tsx";

interface CheckoutFormProps {
  orderId: string;
  expectedCents: number;
  action: (state: CheckoutState, form: FormData) => Promise<CheckoutState>;
}

export function CheckoutForm({ orderId, expectedCents, action }: CheckoutFormProps) {
  const [{ message, errors, values }, submit] = useActionState(action, {});
  return (
    <form action={submit} className="flex flex-col gap-5">
      {message && <Notice tone="bad">{message}</Notice>}
      <input type="hidden" name="orderId" value={orderId} />
      <input type="hidden" name="expectedCents" value={expectedCents} />
      <Field
        label="Name"
        name="name"
        autoComplete="name"
        required
        maxLength={100}
        defaultValue={values?.name}
        error={errors?.["name"]}
      />
      <Field
        label="E-mail"
        name="email"
        type="email"
        autoComplete="email"
        required
        maxLength={200}
        defaultValue={values?.email}
        error={errors?.["email"]}
      />
      <Field
        label="Address"
        name="address"
        autoComplete="street-address"
        required
        maxLength={200}
        defaultValue={values?.address}
        error={errors?.["address"]}
      />
      <div className="grid grid-cols-[2fr_1fr] gap-4">
        <Field
          label="City"
          name="city"
          autoComplete="address-level2"
          required
          maxLength={100}
          defaultValue={values?.city}
          error={errors?.["city"]}
        />
        <Field
          label="Postcode"
          name="postcode"
          autoComplete="postal-code"
          required
          minLength={2}
          maxLength={12}
          defaultValue={values?.postcode}
          error={errors?.["postcode"]}
        />
      </div>
      <SubmitButton pendingLabel="Placing your order…">Place order</SubmitButton>
      <p className="text-xs text-muted">This is a demonstration. No payment is taken.</p>
    </form>
  );
}
