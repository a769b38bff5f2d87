/** Pictures as they are chosen by people, made what the shop shows. */
import { encoding } from "./encoding.ts";

/** A camera's picture is below it; some small files claim far more, to fill the memory of who unpacks them. */
const mostPixels = 60_000_000;

/**
 * A square cut from the middle, upright, without what the camera wrote beside it, such as the place.
 * Small pictures stay small. Undefined for bytes that are no whole picture.
 */
export async function toWebp(bytes: Uint8Array): Promise<Buffer | undefined> {
  // Loaded here, as few servers are ever given a picture.
  const { default: sharp } = await import("sharp");
  const { edgePixels, webpQuality } = encoding;
  try {
    return await sharp(bytes, { limitInputPixels: mostPixels })
      .autoOrient()
      .resize(edgePixels, edgePixels, { fit: "cover", withoutEnlargement: true })
      .webp({ quality: webpQuality })
      .toBuffer();
  } catch {
    // Its errors carry no code. All that it does here is read the picture.
    return undefined;
  }
}
