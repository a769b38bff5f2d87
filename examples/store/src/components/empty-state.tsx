import Link from "next/link";
import type { ReactNode } from "react";

interface EmptyStateProps {
  title: string;
  children: ReactNode;
}

export function EmptyState({ title, children }: EmptyStateProps) {
  return (
    <div className="flex flex-col items-center gap-4 rounded-2xl border border-dashed border-line px-6 py-16 text-center">
      <h2 className="subtitle">{title}</h2>
      <p className="max-w-md text-sm text-muted">{children}</p>
      <Link href="/" className="button-quiet">
        Browse the shop
      </Link>
    </div>
  );
}
