import { formatPrice } from "../format.ts";
import { ProductPicture } from "./product-picture.tsx";

interface SummaryLine {
  productId: number;
  name: string;
  imageId: string;
  priceCents: number;
  quantity: number;
}

interface OrderSummaryProps {
  lines: readonly SummaryLine[];
  totalCents: number;
}

export function OrderSummary({ lines, totalCents }: OrderSummaryProps) {
  return (
    <div className="card p-5 sm:p-6">
      <ul className="flex flex-col gap-4">
        {lines.map((line) => (
          <li key={line.productId} className="flex items-center gap-4 text-sm">
            <div className="w-14 shrink-0 overflow-hidden rounded-lg border border-line">
              <ProductPicture imageId={line.imageId} alt="" />
            </div>
            <p className="min-w-0 flex-1 leading-snug">
              <span className="font-medium">{line.name}</span>
              <span className="block text-muted">{`${line.quantity} × ${formatPrice(line.priceCents)}`}</span>
            </p>
            <p className="tabular-nums">{formatPrice(line.quantity * line.priceCents)}</p>
          </li>
        ))}
      </ul>
      <dl className="mt-6 flex flex-col gap-2 border-t border-line pt-4 text-sm">
        <div className="flex justify-between text-muted">
          <dt>Delivery</dt>
          <dd>Free</dd>
        </div>
        <div className="flex items-baseline justify-between">
          <dt className="font-medium">Total</dt>
          <dd className="font-display text-xl tabular-nums">{formatPrice(totalCents)}</dd>
        </div>
      </dl>
    </div>
  );
}
