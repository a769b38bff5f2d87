import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { cache } from "react";
import { AddToCart } from "../../../components/add-to-cart.tsx";
import { Breadcrumbs } from "../../../components/breadcrumbs.tsx";
import { Notice } from "../../../components/notice.tsx";
import { ProductGrid } from "../../../components/product-grid.tsx";
import { ProductPicture } from "../../../components/product-picture.tsx";
import { Rating } from "../../../components/rating.tsx";
import { StockNote } from "../../../components/stock-note.tsx";
import { findProduct, listRelated } from "../../../db/cached-catalogue.ts";
import { MAX_QUANTITY, parseId } from "../../../forms/numbers.ts";
import { formatPrice } from "../../../format.ts";
import { addToCartAction } from "../../cart/actions.ts";

interface Props {
  params: Promise<{ id: string }>;
}

/** Asked for by the page and its title; once per request. */
const productById = cache(async (text: string) => {
  const id = parseId(text);
  return id === undefined ? undefined : findProduct(id);
});

type Product = NonNullable<Awaited<ReturnType<typeof productById>>>;

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const product = await productById((await params).id);
  return product ? { title: product.name, description: product.description } : {};
}

function Purchase({ product }: { product: Product }) {
  return (
    <div className="flex flex-col gap-6 md:py-4">
      <div className="flex flex-col gap-3">
        <h1 className="title">{product.name}</h1>
        <Rating tenths={product.ratingTenths} count={product.reviewCount} />
      </div>
      <p className="flex items-baseline gap-4">
        <span className="font-display text-2xl tabular-nums">{formatPrice(product.priceCents)}</span>
        <span className="text-sm">
          <StockNote stock={product.stock} />
        </span>
      </p>
      <p className="max-w-prose leading-relaxed text-muted">{product.description}</p>
      {product.stock > 0 ? (
        <AddToCart
          productId={product.id}
          most={Math.min(product.stock, MAX_QUANTITY)}
          action={addToCartAction}
        />
      ) : (
        <Notice tone="plain">Sold out for now. The makers are at work on more.</Notice>
      )}
      <ul className="flex flex-col gap-1.5 border-t border-line pt-5 text-sm text-muted">
        <li>Free delivery on every order</li>
        <li>Sixty days to change your mind</li>
      </ul>
    </div>
  );
}

export default async function ProductPage({ params }: Props) {
  const product = await productById((await params).id);
  if (!product) notFound();
  const related = await listRelated(product, 4);
  return (
    <div className="page py-10">
      <Breadcrumbs
        crumbs={[
          { label: "Home", href: "/" },
          { label: product.categoryName, href: `/categories/${product.categorySlug}` },
        ]}
      />
      <div className="mt-6 grid gap-8 md:grid-cols-2 md:gap-12">
        <div className="self-start overflow-hidden rounded-3xl border border-line">
          <ProductPicture imageId={product.imageId} alt={product.name} eager />
        </div>
        <Purchase product={product} />
      </div>
      <section aria-labelledby="related" className="mt-20">
        <h2 id="related" className="subtitle mb-6">{`More ${product.categoryName.toLowerCase()}`}</h2>
        <ProductGrid products={related} />
      </section>
    </div>
  );
}
