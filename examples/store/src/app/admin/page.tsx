import Link from "next/link";
import { decodeCursor } from "../../catalogue/cursor.ts";
import { Pagination } from "../../components/pagination.tsx";
import { SearchForm } from "../../components/search-form.tsx";
import { StockNote } from "../../components/stock-note.tsx";
import { listProducts, type ProductCard } from "../../db/catalogue.ts";
import { searchProducts } from "../../db/search.ts";
import { formatPrice } from "../../format.ts";

const PAGE_SIZE = 30;

interface Props {
  searchParams: Promise<{ q?: string | string[]; cursor?: string | string[] }>;
}

async function findProducts(query: string, cursorText: unknown) {
  if (query) {
    const { products } = await searchProducts(query, PAGE_SIZE);
    return { products, next: null, previous: null };
  }
  const cursor = typeof cursorText === "string" ? decodeCursor(cursorText) : undefined;
  const isNewest = cursor?.sort === "newest";
  return listProducts({ sort: "newest", cursor: isNewest ? cursor : undefined, limit: PAGE_SIZE });
}

function Row({ product }: { product: ProductCard }) {
  return (
    <tr>
      <td className="py-3 pr-4 text-muted tabular-nums">{product.id}</td>
      <td className="py-3 pr-4">
        <Link href={`/admin/products/${product.id}`} prefetch={false} className="link font-medium">
          {product.name}
        </Link>
      </td>
      <td className="py-3 pr-4 text-right tabular-nums">{formatPrice(product.priceCents)}</td>
      <td className="py-3 pr-4 text-right tabular-nums">{product.stock}</td>
      <td className="hidden py-3 sm:table-cell">
        <StockNote stock={product.stock} />
      </td>
    </tr>
  );
}

export default async function AdminPage({ searchParams }: Props) {
  const { q, cursor } = await searchParams;
  const query = typeof q === "string" ? q.trim() : "";
  const page = await findProducts(query, cursor);
  return (
    <>
      <div className="mb-6 flex flex-col gap-4 sm:flex-row sm:items-end sm:justify-between">
        <h1 className="title">Products</h1>
        <div className="sm:w-72">
          <SearchForm id="admin-search" action="/admin" query={query} label="Find a product" />
        </div>
      </div>
      <table className="w-full text-left text-sm">
        <thead className="border-b border-line text-xs text-muted">
          <tr>
            <th scope="col" className="py-2 pr-4 font-medium">
              Id
            </th>
            <th scope="col" className="py-2 pr-4 font-medium">
              Name
            </th>
            <th scope="col" className="py-2 pr-4 text-right font-medium">
              Price
            </th>
            <th scope="col" className="py-2 pr-4 text-right font-medium">
              Stock
            </th>
            <th scope="col" className="hidden py-2 font-medium sm:table-cell">
              State
            </th>
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {page.products.map((product) => (
            <Row key={product.id} product={product} />
          ))}
        </tbody>
      </table>
      {page.products.length === 0 && <p className="py-10 text-muted">No product matches.</p>}
      <Pagination
        href={(position) => `/admin?cursor=${position}`}
        previous={page.previous}
        next={page.next}
      />
    </>
  );
}
