import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { cache } from "react";
import { decodeCursor, isSort, type Sort } from "../../../catalogue/cursor.ts";
import { departmentAnchor } from "../../../catalogue/departments.ts";
import { Breadcrumbs } from "../../../components/breadcrumbs.tsx";
import { EmptyState } from "../../../components/empty-state.tsx";
import { Pagination } from "../../../components/pagination.tsx";
import { ProductGrid } from "../../../components/product-grid.tsx";
import { SortLinks } from "../../../components/sort-links.tsx";
import { findCategory, listProducts } from "../../../db/cached-catalogue.ts";

const PAGE_SIZE = 24;

interface Props {
  params: Promise<{ slug: string }>;
  searchParams: Promise<{ sort?: string | string[]; cursor?: string | string[] }>;
}

/** Asked for by the page and its title; once per request. */
const categoryBySlug = cache(findCategory);

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const category = await categoryBySlug((await params).slug);
  return category ? { title: category.name, description: category.blurb } : {};
}

/** A cursor knows its order; a made-up one, or one of another order, means the first page. */
async function readPosition(searchParams: Props["searchParams"]) {
  const { sort: wanted, cursor: text } = await searchParams;
  const sort: Sort = isSort(wanted) ? wanted : "newest";
  const cursor = typeof text === "string" ? decodeCursor(text) : undefined;
  return { sort, cursor: cursor?.sort === sort ? cursor : undefined };
}

export default async function CategoryPage({ params, searchParams }: Props) {
  const { slug } = await params;
  const { sort, cursor } = await readPosition(searchParams);
  const category = await categoryBySlug(slug);
  if (!category) notFound();
  const page = await listProducts({ categoryId: category.id, sort, cursor, limit: PAGE_SIZE });
  const address = `/categories/${slug}?sort=${sort}`;
  return (
    <div className="page py-10">
      <Breadcrumbs
        crumbs={[
          { label: "Home", href: "/" },
          { label: category.department, href: `/#${departmentAnchor(category.department)}` },
        ]}
      />
      <div className="mt-5 mb-8 flex flex-col gap-5 lg:flex-row lg:items-end lg:justify-between">
        <div>
          <h1 className="title">{category.name}</h1>
          <p className="mt-2 text-muted">{category.blurb}</p>
        </div>
        <SortLinks current={sort} href={(next) => `/categories/${slug}?sort=${next}`} />
      </div>
      {page.products.length === 0 ? (
        <EmptyState title="Nothing more here">This is beyond the last page.</EmptyState>
      ) : (
        <ProductGrid products={page.products} eager={4} />
      )}
      <Pagination
        href={(position) => `${address}&cursor=${position}`}
        previous={page.previous}
        next={page.next}
      />
    </div>
  );
}
