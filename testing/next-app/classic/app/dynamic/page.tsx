// Rendered for each visitor, because it reads a cookie.

import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { Shown } from "../../lib/shown.tsx";

export default async function Page(): Promise<ReactNode> {
  return <Shown version={(await cookies()).get("name")?.value ?? "nobody"} />;
}
