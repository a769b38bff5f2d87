import Link from "next/link";

interface Crumb {
  label: string;
  href: string;
}

/** The way from the home page to the page above this one. */
export function Breadcrumbs({ crumbs }: { crumbs: readonly Crumb[] }) {
  return (
    <nav aria-label="Breadcrumb" className="text-sm text-muted">
      <ol className="flex flex-wrap items-center gap-2">
        {crumbs.map(({ label, href }, index) => (
          <li key={href} className="flex items-center gap-2">
            {index > 0 && <span aria-hidden="true">/</span>}
            <Link href={href} prefetch={false} className="hover:text-ink">
              {label}
            </Link>
          </li>
        ))}
      </ol>
    </nav>
  );
}
