// A page that never changes.

import type { ReactNode } from "react";
import { Shown } from "../lib/shown.tsx";

export default function Page(): ReactNode {
  return <Shown version="static" />;
}
