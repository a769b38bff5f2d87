// A redirect that is decided at each request.

import { connection } from "next/server";
import { redirect } from "next/navigation";
import type { ReactNode } from "react";

export default async function Page(): Promise<ReactNode> {
  await connection();
  redirect("/posts/built");
}
