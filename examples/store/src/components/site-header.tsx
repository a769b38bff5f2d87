import Link from "next/link";
import { departmentAnchor, departments } from "../catalogue/departments.ts";
import { countCartItems } from "../db/cart.ts";
import { plural } from "../format.ts";
import { readCartId } from "../session/cart-cookie.ts";
import { SearchForm } from "./search-form.tsx";

async function CartLink() {
  const cartId = await readCartId();
  const count = cartId ? await countCartItems(cartId) : 0;
  return (
    <Link
      href="/cart"
      prefetch={false}
      aria-label={`Cart, ${plural(count, "item")}`}
      className="button-quiet gap-2"
    >
      <svg viewBox="0 0 20 20" aria-hidden="true" className="size-4 fill-none stroke-ink" strokeWidth="1.6">
        <path d="M3.5 7h13l-1.2 9.500h-10.600z" strokeLinejoin="round" />
        <path d="M6.8 9V6a3.2 3.2 0 0 1 6.4 0v3" strokeLinecap="round" />
      </svg>
      <span aria-hidden="true" className="tabular-nums">
        {count}
      </span>
    </Link>
  );
}

function Wordmark() {
  return (
    <Link href="/" prefetch={false} className="flex items-center gap-2.5 font-display text-xl tracking-tight">
      <svg viewBox="0 0 32 32" aria-hidden="true" className="size-7 shrink-0">
        <rect width="32" height="32" rx="9" className="fill-leaf" />
        <g className="fill-none stroke-paper" strokeWidth="2.6" strokeLinecap="round">
          <path d="M7 12q4.5 -4.5 9 0t9 0" />
          <path d="M7 20q4.5 -4.5 9 0t9 0" />
        </g>
      </svg>
      Millrace
    </Link>
  );
}

function DepartmentMenu() {
  return (
    <nav aria-label="Departments" className="page">
      <ul className="flex gap-6 overflow-x-auto py-3 text-sm whitespace-nowrap text-muted [scrollbar-width:none]">
        {departments.map((department) => (
          <li key={department}>
            <Link
              href={`/#${departmentAnchor(department)}`}
              prefetch={false}
              className="transition-colors hover:text-ink"
            >
              {department}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

export function SiteHeader() {
  return (
    <header className="border-b border-line bg-paper">
      <div className="page grid grid-cols-[1fr_auto] items-center gap-x-6 gap-y-3 pt-4 md:grid-cols-[auto_1fr_auto]">
        <Wordmark />
        <div className="order-last col-span-2 md:order-none md:col-span-1 md:mx-auto md:w-full md:max-w-md">
          <SearchForm id="header-search" />
        </div>
        <CartLink />
      </div>
      <DepartmentMenu />
    </header>
  );
}
