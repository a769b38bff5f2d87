import Form from "next/form";

interface SearchFormProps {
  /** Each form on a page needs its own. */
  id: string;
  action?: string;
  query?: string;
  label?: string;
}

/** A GET form: it works without JavaScript and its result has an address. */
export function SearchForm({ id, action = "/search", query, label = "Search the shop" }: SearchFormProps) {
  return (
    <Form action={action} prefetch={false} role="search" className="relative w-full">
      <label htmlFor={id} className="sr-only">
        {label}
      </label>
      <svg
        viewBox="0 0 20 20"
        aria-hidden="true"
        className="pointer-events-none absolute top-1/2 left-3.5 size-4 -translate-y-1/2 fill-none stroke-muted stroke-2"
      >
        <circle cx="9" cy="9" r="5.5" />
        <path d="M13.5 13.500l4 4" strokeLinecap="round" />
      </svg>
      <input
        id={id}
        type="search"
        name="q"
        key={query}
        defaultValue={query}
        placeholder={label}
        maxLength={100}
        enterKeyHint="search"
        className="w-full rounded-full border border-line bg-white py-2.5 pr-4 pl-10 text-sm placeholder:text-muted"
      />
    </Form>
  );
}
