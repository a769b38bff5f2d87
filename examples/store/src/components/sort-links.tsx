import Link from "next/link";
import { type Sort, sorts } from "../catalogue/cursor.ts";

const labels: Record<Sort, string> = {
  newest: "Newest",
  "price-asc": "Lowest price",
  "price-desc": "Highest price",
};

interface SortLinksProps {
  current: Sort;
  href: (sort: Sort) => string;
}

/** Links and not a select box: they work without JavaScript and can be opened in a tab. */
export function SortLinks({ current, href }: SortLinksProps) {
  return (
    <nav aria-label="Sort by" className="flex flex-wrap gap-2 text-sm">
      {sorts.map((sort) => (
        <Link
          key={sort}
          href={href(sort)}
          prefetch={false}
          aria-current={sort === current ? "true" : undefined}
          className="rounded-full border border-line px-3.5 py-1.5 transition-colors hover:border-ink/40 aria-[current=true]:border-leaf aria-[current=true]:bg-leaf-soft aria-[current=true]:text-leaf-deep"
        >
          {labels[sort]}
        </Link>
      ))}
    </nav>
  );
}
