"use client";

import ErrorPage, { type ErrorPageProps } from "./error.tsx";
import "./globals.css";

/** Stands in for the layout too, when that is what failed. */
export default function GlobalError(props: ErrorPageProps) {
  return (
    <html lang="en">
      <body>
        <title>Something went wrong · Millrace</title>
        <ErrorPage {...props} />
      </body>
    </html>
  );
}
