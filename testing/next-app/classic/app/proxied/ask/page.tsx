// Shows the request header that the proxy added.

import { headers } from "next/headers";
import type { ReactNode } from "react";
import { Shown } from "../../../lib/shown.tsx";

export default async function Page(): Promise<ReactNode> {
  return <Shown version={(await headers()).get("x-question") ?? "none"} />;
}
