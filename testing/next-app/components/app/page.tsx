// A page that never changes, cached as a component.

import type { ReactNode } from "react";
import { Shown } from "../lib/shown.tsx";

export default async function Page(): Promise<ReactNode> {
  "use cache";
  return <Shown version="static" />;
}
