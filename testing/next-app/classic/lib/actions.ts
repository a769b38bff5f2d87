"use server";
// What a form does: writes at the origin and invalidates in the way it names.

import { refresh, revalidatePath, revalidateTag, updateTag } from "next/cache";
import { cookies } from "next/headers";
import { redirect } from "next/navigation";
import { write } from "./origin.ts";

export async function save(form: FormData): Promise<void> {
  const [slug, version, how] = ["slug", "version", "how"].map((field) => textOf(form.get(field)));
  await write(slug!, version!);
  if (how === "path") revalidatePath(`/form/${slug}`);
  if (how === "tag") revalidateTag(`form-${slug}`, "max");
  if (how === "update") updateTag(`form-${slug}`);
  if (how === "refresh") refresh();
  if (how === "cookie") (await cookies()).set("saved", version!);
  if (how === "both") {
    updateTag(`form-${slug}`);
    updateTag(`fetched-${slug}`);
  }
  if (how === "redirect") {
    updateTag(`form-${slug}`);
    redirect(`/form/${slug}?saved`);
  }
}

function textOf(value: FormDataEntryValue | null): string {
  return typeof value === "string" ? value : "";
}
