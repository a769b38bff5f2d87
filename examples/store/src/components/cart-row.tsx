import Link from "next/link";
import { setQuantityAction } from "../app/cart/actions.ts";
import type { CartLine } from "../db/cart.ts";
import { MAX_QUANTITY } from "../forms/numbers.ts";
import { formatPrice } from "../format.ts";
import { ProductPicture } from "./product-picture.tsx";

const round =
  "flex size-9 items-center justify-center rounded-full border border-line bg-white hover:border-ink/40 disabled:cursor-not-allowed disabled:opacity-40";

/** Each button says what it would set, so the form needs no JavaScript to know. */
function Quantity({ line }: { line: CartLine }) {
  const { productId, quantity, name } = line;
  return (
    <form action={setQuantityAction} className="flex items-center gap-3 text-sm">
      <input type="hidden" name="productId" value={productId} />
      <button name="quantity" value={quantity - 1} className={round} aria-label={`One ${name} less`}>
        −
      </button>
      <span className="w-5 text-center tabular-nums">{quantity}</span>
      <button
        name="quantity"
        value={quantity + 1}
        className={round}
        disabled={quantity >= Math.min(MAX_QUANTITY, line.stock)}
        aria-label={`One ${name} more`}
      >
        +
      </button>
      <button name="quantity" value={0} className="link ml-2 text-muted" aria-label={`Remove ${name}`}>
        Remove
      </button>
    </form>
  );
}

function Shortage({ line }: { line: CartLine }) {
  if (line.stock >= line.quantity) return null;
  const left = line.stock === 0 ? "Sold out. Please remove it." : `Only ${line.stock} left.`;
  return <p className="text-sm text-alert">{left}</p>;
}

export function CartRow({ line }: { line: CartLine }) {
  return (
    <li className="flex gap-4 py-5 sm:gap-6">
      <div className="w-20 shrink-0 self-start overflow-hidden rounded-xl border border-line sm:w-28">
        <ProductPicture imageId={line.imageId} alt="" />
      </div>
      <div className="flex min-w-0 flex-1 flex-col gap-3">
        <div className="flex items-start justify-between gap-4">
          <div>
            <Link
              href={`/products/${line.productId}`}
              prefetch={false}
              className="font-medium hover:underline"
            >
              {line.name}
            </Link>
            <p className="text-sm text-muted">{formatPrice(line.priceCents)} each</p>
          </div>
          <p className="font-medium tabular-nums">{formatPrice(line.priceCents * line.quantity)}</p>
        </div>
        <Quantity line={line} />
        <Shortage line={line} />
      </div>
    </li>
  );
}
