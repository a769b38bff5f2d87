import type { Metadata } from "next";
import { EmptyState } from "../../components/empty-state.tsx";
import { ProductGrid } from "../../components/product-grid.tsx";
import { searchProducts } from "../../db/search.ts";
import { plural } from "../../format.ts";

const LIMIT = 48;

interface Props {
  searchParams: Promise<{ q?: string | string[] }>;
}

async function readQuery(searchParams: Props["searchParams"]): Promise<string> {
  const { q } = await searchParams;
  return typeof q === "string" ? q.trim() : "";
}

export async function generateMetadata({ searchParams }: Props): Promise<Metadata> {
  const query = await readQuery(searchParams);
  return { title: query ? `“${query}”` : "Search", robots: { index: false } };
}

function summary(count: number, more: boolean): string {
  if (more) return `The ${count} best matches. Add a word to narrow them down.`;
  return `${plural(count, "product")} found.`;
}

export default async function SearchPage({ searchParams }: Props) {
  const query = await readQuery(searchParams);
  const { products, more } = await searchProducts(query, LIMIT);
  return (
    <div className="page py-10">
      <h1 className="title">{query ? `Results for “${query}”` : "Search"}</h1>
      <p className="mt-2 mb-8 text-muted" role="status">
        {query ? summary(products.length, more) : "Type what you are looking for above."}
      </p>
      {query && products.length === 0 ? (
        <EmptyState title="No match">
          Try fewer or other words: a material, a kind of thing, a collection.
        </EmptyState>
      ) : (
        <ProductGrid products={products} eager={4} />
      )}
    </div>
  );
}
