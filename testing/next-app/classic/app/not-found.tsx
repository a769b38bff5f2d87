import type { ReactNode } from "react";

export default function NotFound(): ReactNode {
  return <p id="missing">not found</p>;
}
