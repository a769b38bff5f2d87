import { imageUrl } from "../storage/image-key.ts";

interface ProductPictureProps {
  imageId: string;
  /** What the picture shows; empty where the name stands beside it anyway. */
  alt: string;
  /** Above the fold: fetched first and at once. */
  eager?: boolean;
}

/**
 * A plain `img`: the pictures are stored in the size and format they are shown in, and an
 * optimiser in every server would redo that work per server and keep it on its own disk.
 */
export function ProductPicture({ imageId, alt, eager = false }: ProductPictureProps) {
  return (
    <img
      src={imageUrl(imageId)}
      alt={alt}
      width={720}
      height={720}
      loading={eager ? "eager" : "lazy"}
      fetchPriority={eager ? "high" : "auto"}
      decoding="async"
      className="aspect-square h-auto w-full bg-panel object-cover"
    />
  );
}
