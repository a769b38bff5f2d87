// Rendered at each request, because it says so.

import type { ReactNode } from "react";
import { Shown } from "../../lib/shown.tsx";

export const dynamic = "force-dynamic";

export default function Page(): ReactNode {
  return <Shown version="forced" />;
}
