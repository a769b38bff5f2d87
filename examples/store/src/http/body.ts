/** Reading a JSON body without trusting its length. */
import { jsonError } from "./json.ts";

/** Sixteen times the largest valid product. */
const MAX_BYTES = 64 * 1024;

async function readText(request: Request): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > MAX_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** The parsed body, or the response that says why there is none. */
export async function readJson(request: Request): Promise<{ body: unknown } | Response> {
  const type = request.headers.get("content-type") ?? "";
  // A form on another site can post text, but not this type without asking first (Fetch, CORS).
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    return jsonError({
      status: 415,
      code: "not_json",
      message: "Send the product as application/json.",
    });
  }
  const text = await readText(request);
  if (text === undefined) {
    return jsonError({ status: 413, code: "too_large", message: "Send at most 64 KiB." });
  }
  try {
    return { body: JSON.parse(text) };
  } catch {
    return jsonError({ status: 400, code: "bad_json", message: "The body is not valid JSON." });
  }
}
