import { formatCount, plural } from "../format.ts";

interface RatingProps {
  tenths: number;
  count: number;
}

export function Rating({ tenths, count }: RatingProps) {
  if (count === 0) return <span className="text-xs text-muted">Not yet reviewed</span>;
  const stars = (tenths / 10).toFixed(1);
  return (
    <span className="inline-flex items-center gap-1.5 text-xs text-muted">
      <span className="sr-only">{`Rated ${stars} of 5 in ${plural(count, "review")}`}</span>
      <svg viewBox="0 0 20 20" className="size-3.5 fill-amber" aria-hidden="true">
        <path d="M10 1.600l2.5 5.3 5.8.7-4.3 4 1.2 5.7-5.2-2.9-5.2 2.9 1.2-5.7-4.3-4 5.8-.7z" />
      </svg>
      <span aria-hidden="true" className="tabular-nums">
        <span className="font-medium text-ink">{stars}</span>
        {` (${formatCount(count)})`}
      </span>
    </span>
  );
}
