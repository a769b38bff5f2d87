import Link from "next/link";
import type { ProductCard as Product } from "../db/catalogue.ts";
import { formatPrice } from "../format.ts";
import { ProductPicture } from "./product-picture.tsx";
import { Rating } from "./rating.tsx";

function Badge({ stock }: { stock: number }) {
  if (stock > 5) return null;
  return (
    <span className="absolute top-3 left-3 rounded-full bg-white/90 px-2.5 py-1 text-xs font-medium text-ink">
      {stock === 0 ? "Sold out" : `Only ${stock} left`}
    </span>
  );
}

/** The name is the link; its `after` box stretches over the whole card. */
export function ProductCard({ product, eager = false }: { product: Product; eager?: boolean }) {
  return (
    <article className="group relative flex flex-col gap-3">
      <div className="relative overflow-hidden rounded-2xl border border-line">
        <div className="transition-transform duration-500 group-hover:scale-[1.03]">
          <ProductPicture imageId={product.imageId} alt="" eager={eager} />
        </div>
        <Badge stock={product.stock} />
      </div>
      <div className="flex flex-col gap-1">
        <h3 className="text-sm leading-snug font-medium">
          {/* No prefetch: two dozen cards in view would ask the servers for two dozen pages. */}
          <Link
            href={`/products/${product.id}`}
            prefetch={false}
            className="decoration-line decoration-2 underline-offset-4 group-hover:underline after:absolute after:inset-0 after:rounded-2xl"
          >
            {product.name}
          </Link>
        </h3>
        <p className="flex items-center justify-between gap-2">
          <span className="text-sm tabular-nums">{formatPrice(product.priceCents)}</span>
          <Rating tenths={product.ratingTenths} count={product.reviewCount} />
        </p>
      </div>
    </article>
  );
}
