// A cached page per bucket; the proxy chooses the bucket.

import type { ReactNode } from "react";
import { Shown } from "../../../../lib/shown.tsx";

interface Bucket {
  params: Promise<{ name: string; slug: string }>;
}

export const generateStaticParams = async () => [];

export default async function Page({ params }: Bucket): Promise<ReactNode> {
  return <Shown version={(await params).name} />;
}
