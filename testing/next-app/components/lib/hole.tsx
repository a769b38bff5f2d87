// What is left out of the prerendered shell: rendered for each visitor.

import { cookies } from "next/headers";
import { type ReactNode, Suspense } from "react";

export function Hole({ children }: { children: ReactNode }): ReactNode {
  return <Suspense fallback={<p id="waiting">waiting</p>}>{children}</Suspense>;
}

export async function Visitor(): Promise<ReactNode> {
  return <p id="visitor">{(await cookies()).get("name")?.value ?? "nobody"}</p>;
}
