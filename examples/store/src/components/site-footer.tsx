import Link from "next/link";

export function SiteFooter() {
  const instance = process.env["INSTANCE_ID"];
  return (
    <footer className="mt-24 border-t border-line bg-panel">
      <div className="page flex flex-col gap-3 py-10 text-sm text-muted sm:flex-row sm:items-center sm:justify-between">
        <p>Millrace is a demonstration: nothing is charged and nothing is shipped.</p>
        <p className="flex items-center gap-5">
          <Link href="/admin" prefetch={false} className="hover:text-ink">
            Admin
          </Link>
          {instance && (
            <span>
              served by <code className="rounded bg-white px-1.5 py-0.5 text-xs text-ink">{instance}</code>
            </span>
          )}
        </p>
      </div>
    </footer>
  );
}
