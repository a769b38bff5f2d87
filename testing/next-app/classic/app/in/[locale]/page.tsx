// A page per language.

import type { ReactNode } from "react";
import { Shown } from "../../../lib/shown.tsx";

interface Locale {
  params: Promise<{ locale: string }>;
}

export const dynamicParams = false;
export const generateStaticParams = async () => [{ locale: "de" }, { locale: "en" }];

export default async function Page({ params }: Locale): Promise<ReactNode> {
  return <Shown version={(await params).locale === "de" ? "Hallo" : "Hello"} />;
}
