/** Fewer than this is worth mentioning. */
const FEW = 5;

export function StockNote({ stock }: { stock: number }) {
  if (stock === 0) return <span className="text-alert">Sold out</span>;
  if (stock <= FEW) return <span className="text-amber">{`Only ${stock} left`}</span>;
  return <span className="text-leaf">In stock</span>;
}
