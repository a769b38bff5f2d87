import { answering, jsonError } from "../../../../http/json.ts";
import { storage } from "../../../../storage/client.ts";
import { imageKey, isImageId } from "../../../../storage/image-key.ts";

/** An id ends in a digest of the picture, so what it names never changes (RFC 8246). */
const FOR_EVER = "public, max-age=31536000, immutable";

function notFound(): Response {
  return jsonError({ status: 404, code: "no_image", message: "There is no such picture." });
}

const answer = answering(async function answerImage(
  request,
  { params }: { params: Promise<{ id: string }> },
) {
  const { id } = await params;
  if (!isImageId(id)) return notFound();
  const response = await storage().respond(request, imageKey(id), { cacheControl: FOR_EVER });
  return response.status === 404 ? notFound() : response;
});

/** HEAD is named as well: storage is not asked for the bytes then. */
export { answer as GET, answer as HEAD };
