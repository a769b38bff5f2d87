import { answering, jsonError } from "../../../../http/json.ts";
import { isImageId } from "../../../../storage/image-key.ts";
import { type ImageRequest, readImage } from "../../../../storage/images.ts";

/** An id ends in a digest of the picture, so what it names never changes (RFC 8246). */
const FOR_EVER = "public, max-age=31536000, immutable";

function notFound(): Response {
  return jsonError({ status: 404, code: "no_image", message: "There is no such picture." });
}

/** HEAD has a handler of its own: derived from GET, it would fetch the picture and drop it. */
function handle(method: ImageRequest["method"]) {
  return answering(async function answerImage(request, { params }: { params: Promise<{ id: string }> }) {
    const { id } = await params;
    if (!isImageId(id)) return notFound();
    const ifNoneMatch = request.headers.get("if-none-match");
    const image = await readImage({ id, method, ifNoneMatch, signal: request.signal });
    if (image === "missing") return notFound();
    if (image === "unchanged") {
      const etag = ifNoneMatch === null ? {} : { ETag: ifNoneMatch };
      return new Response(null, { status: 304, headers: { ...etag, "Cache-Control": FOR_EVER } });
    }
    // No Content-Length: Next.js drops it from every route handler and sends the body in chunks.
    return new Response(image.body, {
      headers: {
        "Content-Type": image.contentType,
        "Cache-Control": FOR_EVER,
        "X-Content-Type-Options": "nosniff",
        ...(image.etag ? { ETag: image.etag } : {}),
      },
    });
  });
}

export const GET = handle("GET");
export const HEAD = handle("HEAD");
