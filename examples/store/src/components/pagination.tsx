import Link from "next/link";

interface PaginationProps {
  /** The address of a page, given its cursor. */
  href: (cursor: string) => string;
  previous: string | null;
  next: string | null;
}

export function Pagination({ href, previous, next }: PaginationProps) {
  if (!previous && !next) return null;
  return (
    <nav
      aria-label="Pages"
      className="mt-12 flex items-center justify-between gap-4 border-t border-line pt-6"
    >
      {previous ? (
        <Link href={href(previous)} rel="prev" prefetch={false} className="button-quiet">
          ← Previous
        </Link>
      ) : (
        <span />
      )}
      {next && (
        <Link href={href(next)} rel="next" prefetch={false} className="button-quiet">
          Next →
        </Link>
      )}
    </nav>
  );
}
