"use client";
// Shown in the browser in place of a page that failed.

import type { ReactNode } from "react";

export default function Failure(): ReactNode {
  return <p id="failed">failed</p>;
}
