import type { ProductCard as Product } from "../db/catalogue.ts";
import { ProductCard } from "./product-card.tsx";

interface ProductGridProps {
  products: readonly Product[];
  /** How many pictures, from the first, are likely to be in view at once. */
  eager?: number;
}

export function ProductGrid({ products, eager = 0 }: ProductGridProps) {
  return (
    <ul className="grid grid-cols-2 gap-x-4 gap-y-9 sm:gap-x-6 md:grid-cols-3 lg:grid-cols-4">
      {products.map((product, index) => (
        <li key={product.id}>
          <ProductCard product={product} eager={index < eager} />
        </li>
      ))}
    </ul>
  );
}
