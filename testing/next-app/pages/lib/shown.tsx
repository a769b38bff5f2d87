import type { ReactNode } from "react";
import type { Rendered } from "./rendered.ts";

export function Shown({ version, rendering }: Rendered): ReactNode {
  return (
    <>
      <p id="v">{version}</p>
      <p id="r">{rendering}</p>
    </>
  );
}
