// A layout that has data of its own, for the revalidation of a layout with all below it.

import type { ReactNode } from "react";

export default function Layout({ children }: { children: ReactNode }): ReactNode {
  return <main>{children}</main>;
}
