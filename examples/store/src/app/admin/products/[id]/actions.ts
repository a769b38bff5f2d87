"use server";

import { refresh } from "next/cache";
import { headers } from "next/headers";
import { replacePicture, updateProduct } from "../../../../db/admin.ts";
import { parseId } from "../../../../forms/numbers.ts";
import { parsePicture } from "../../../../forms/picture.ts";
import { parseProductEdit } from "../../../../forms/product.ts";
import type { Errors } from "../../../../forms/result.ts";
import { field } from "../../../../forms/rules.ts";
import { isAdmin } from "../../../../session/admin.ts";
import { storeImage } from "../../../../storage/images.ts";

export interface EditState {
  status: "idle" | "saved" | "invalid" | "gone";
  errors?: Errors;
  /** What was typed, to be shown again when it was refused. */
  values?: { name: string; price: string; stock: string };
}

/** An action can be posted to from any page, so the gate in front of this one is not enough. */
async function requireAdmin(): Promise<void> {
  if (!isAdmin((await headers()).get("authorization"))) throw new Error("Not signed in as admin.");
}

export async function updateProductAction(_state: EditState, form: FormData): Promise<EditState> {
  await requireAdmin();
  const parsed = parseProductEdit(form);
  if (!parsed.ok) {
    const [name, price, stock] = ["name", "price", "stock"].map((key) => field(form.get(key)));
    const values = { name: name ?? "", price: price ?? "", stock: stock ?? "" };
    return { status: "invalid", errors: parsed.errors, values };
  }
  const id = parseId(form.get("productId"));
  const stock = id === undefined ? undefined : await updateProduct(id, parsed.value);
  if (stock === undefined) return { status: "gone" };
  refresh();
  return { status: "saved" };
}

/** The picture of before stays in storage: a page that is open, or another product, may still show it. */
export async function replacePictureAction(_state: EditState, form: FormData): Promise<EditState> {
  await requireAdmin();
  const parsed = await parsePicture(form);
  if (!parsed.ok) return { status: "invalid", errors: parsed.errors };
  const id = parseId(form.get("productId"));
  if (id === undefined) return { status: "gone" };
  const imageId = await storeImage(parsed.value);
  if (imageId === undefined) {
    return {
      status: "invalid",
      errors: { picture: "This cannot be read. Save it again, or choose another." },
    };
  }
  if (!(await replacePicture(id, imageId))) return { status: "gone" };
  refresh();
  return { status: "saved" };
}
