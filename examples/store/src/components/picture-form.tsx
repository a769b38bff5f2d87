"use client";

import { useActionState } from "react";
import type { EditState } from "../app/admin/products/[id]/actions.ts";
import { pictureHint, pictureTypes, sizeProblem } from "../forms/picture.ts";
import { Field } from "./field.tsx";
import { Notice } from "./notice.tsx";
import { SubmitButton } from "./submit-button.tsx";

interface PictureFormProps {
  productId: number;
  action: (state: EditState, form: FormData) => Promise<EditState>;
}

/** Far too large a file is not sent at all, where there is JavaScript: the server would refuse it unread. */
function checkSize({ currentTarget: input }: { currentTarget: HTMLInputElement }): void {
  const file = input.files?.[0];
  input.setCustomValidity((file && sizeProblem(file.size)) ?? "");
}

export function PictureForm({ productId, action }: PictureFormProps) {
  const [{ status, errors }, submit] = useActionState(action, { status: "idle" });
  return (
    <form action={submit} className="flex flex-col gap-3">
      {status === "saved" && <Notice tone="good">Saved. The shop shows it from now on.</Notice>}
      {status === "gone" && <Notice tone="bad">This product no longer exists.</Notice>}
      <input type="hidden" name="productId" value={productId} />
      <Field
        label="Replace the picture"
        name="picture"
        type="file"
        accept={pictureTypes.join()}
        required
        onChange={checkSize}
        error={errors?.["picture"]}
        hint={pictureHint}
      />
      <SubmitButton className="button-quiet" pendingLabel="Uploading…">
        Upload
      </SubmitButton>
    </form>
  );
}
