"use server";
// What a form does: writes at the origin and invalidates in the way it names.

import { refresh, revalidatePath, revalidateTag, updateTag } from "next/cache";
import { write } from "./origin.ts";

export async function save(form: FormData): Promise<void> {
  const [slug, version, how] = ["slug", "version", "how"].map((field) => textOf(form.get(field)));
  await write(slug!, version!);
  if (how === "path") revalidatePath(`/form/${slug}`);
  if (how === "tag") revalidateTag(`tag-${slug}`, "max");
  if (how === "update") updateTag(`tag-${slug}`);
  if (how === "refresh") refresh();
}

function textOf(value: FormDataEntryValue | null): string {
  return typeof value === "string" ? value : "";
}
