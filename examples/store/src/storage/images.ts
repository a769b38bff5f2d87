/** Pictures that are added while the shop runs. The seed puts its own there. */
import { storage } from "./client.ts";
import { toWebp } from "./webp.ts";

/** The id under which it is stored, a digest of its bytes; undefined for bytes that are no whole picture. */
export async function storeImage(bytes: Uint8Array): Promise<string | undefined> {
  const webp = await toWebp(bytes);
  if (webp === undefined) return undefined;
  const { digest } = await storage().put(webp, { folder: "images", types: ["image/webp"] });
  return digest;
}
