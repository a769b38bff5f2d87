// Uploads by forms that the app has signed, as browsers send them. The form is all that permits them: a request to
// a bucket is taken from anyone, and nothing of its file is written before its policy was checked.

import { validateHeaderValue } from "node:http";
import { Readable } from "node:stream";
import type { KoaContext, KoaMiddleware, Metadata } from "@20minutes/s3rver";
import S3Error from "@20minutes/s3rver/lib/models/error.js";
import S3Object from "@20minutes/s3rver/lib/models/object.js";
import { climbs } from "../door.ts";
import { isKept } from "../metadata.ts";
import { type Fields, Form } from "./form.ts";
import { type LengthRange, checkPolicy } from "./policy.ts";
import { invalidField, malformedForm, missingField, tooLarge, tooSmall } from "./refusals.ts";
import { type KeyPair, checkSignature } from "./signature.ts";

/** Fields that ask for what would silently not be done. */
const withoutEffect = /^(?:success_action_redirect|redirect|x-amz-checksum-.*)$/;

/**
 * Whether a request sends a form to a bucket, or asks for a browser whether it may. s3rver's own reading of them
 * checks no policy, so it must see none.
 */
export function isForm(context: KoaContext): boolean {
  const { method, path, query, req } = context;
  if (!/^\/[^/]+\/?$/.test(path)) return false;
  if (method === "OPTIONS") return req.headers["access-control-request-method"] === "POST";
  return method === "POST" && !("delete" in query) && typeof context.is("multipart/form-data") === "string";
}

export function receiveForms(keys: KeyPair): KoaMiddleware {
  return async function receiveForm(context, next) {
    if (!isForm(context)) return await next();
    // From any page: without the app's signature a form does nothing, and it brings no cookies.
    context.set("Access-Control-Allow-Origin", "*");
    context.set("Access-Control-Expose-Headers", "ETag, Location");
    if (context.method === "OPTIONS") {
      context.set("Access-Control-Allow-Methods", "POST");
      context.status = 204;
      return;
    }
    const form = new Form(context.req);
    try {
      await store(context, form, keys);
    } finally {
      form.leave();
    }
  };
}

async function store(context: KoaContext, form: Form, keys: KeyPair): Promise<void> {
  const file = await form.file;
  const { fields } = form;
  const bucket = decodeURIComponent(context.path.replaceAll("/", ""));
  checkSignature(fields, keys);
  const range = checkPolicy(fields.get("policy")!, withBucket(fields, bucket), Date.now());
  const key = keyOf(fields);
  const metadata = metadataOf(fields);
  if ((await context.store.getBucket(bucket)) === null)
    throw new S3Error("NoSuchBucket", "The specified bucket does not exist", { BucketName: bucket });
  const content = Readable.from(permitted(file, form, range));
  const { md5 } = await context.store.putObject(new S3Object(bucket, key, content, metadata));
  answer(context, { bucket, key, md5, status: fields.get("success_action_status") });
}

/** The bytes of the file, which end only with the form: else a form that is cut off would leave an object. */
async function* permitted(file: Readable, form: Form, { least, most }: LengthRange): AsyncGenerator<Buffer> {
  let size = 0;
  try {
    for await (const chunk of file as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > most) throw tooLarge(most);
      yield chunk;
    }
  } catch (error) {
    // The parser tells of a file without an end in its own words.
    throw error instanceof S3Error ? error : malformedForm();
  }
  if (size < least) throw tooSmall(size, least);
  await form.end;
}

/** A policy always speaks of the bucket that the form goes to. */
function withBucket(fields: Fields, bucket: string): Fields {
  const named = fields.get("bucket") ?? bucket;
  if (named !== bucket)
    throw invalidField("bucket", "The field 'bucket' names another bucket than the address.");
  return new Map([...fields, ["bucket", bucket]]);
}

function keyOf(fields: Fields): string {
  const key = fields.get("key");
  if (key === undefined) throw missingField("key");
  if (key === "") throw invalidField("key", "User key must have a length greater than 0.");
  if (key.includes("${filename}"))
    throw new S3Error(
      "NotImplemented",
      "This server does not fill in ${filename}. Sign a form for the whole key.",
    );
  if (Buffer.byteLength(key) > 1024) throw new S3Error("KeyTooLongError", "Your key is too long");
  if (climbs(key) || key.includes("\0"))
    throw invalidField("key", "A key may not contain the path segment `..`, nor NUL.");
  return key;
}

function metadataOf(fields: Fields): Metadata {
  const unable = [...fields.keys()].find((name) => withoutEffect.test(name));
  if (unable !== undefined)
    throw new S3Error("NotImplemented", `This server does nothing with the field '${unable}'.`);
  const kept = [...fields].filter(([name]) => isKept(name));
  for (const [name, value] of kept) {
    try {
      validateHeaderValue(name, value);
    } catch {
      throw invalidField(name, `The field '${name}' has characters that no HTTP header can have.`);
    }
  }
  return Object.fromEntries(kept);
}

interface Stored {
  bucket: string;
  key: string;
  md5: string;
  /** As the form asks for it. */
  status: string | undefined;
}

function answer(context: KoaContext, { bucket, key, md5, status }: Stored): void {
  const path = [bucket, ...key.split("/")].map(encodeURIComponent).join("/");
  const location = `${context.protocol}://${context.host}/${path}`;
  const etag = JSON.stringify(md5);
  context.set("ETag", etag);
  context.set("Location", location);
  context.status = status === "200" || status === "201" ? Number(status) : 204;
  if (status === "200") context.body = "";
  if (status !== "201") return;
  context.type = "application/xml";
  context.body = postResponse({ Location: location, Bucket: bucket, Key: key, ETag: etag });
}

// As text: s3rver's own writing of XML turns `&` into `&amp;amp;`.
function postResponse(values: Record<string, string>): string {
  const escape = (text: string): string => text.replaceAll(/[&<>"]/g, (mark) => `&#${mark.charCodeAt(0)};`);
  const elements = Object.entries(values).map(([name, value]) => `<${name}>${escape(value)}</${name}>`);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<PostResponse>${elements.join("")}</PostResponse>`;
}
