/** Draws the pictures and puts them into object storage, unless they are there already. */
import { HeadObjectCommand, NotFound, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { createHash } from "node:crypto";
import type { Client } from "pg";
import { encoding } from "../../src/storage/encoding.ts";
import { imageKey } from "../../src/storage/image-key.ts";
import { exclusively } from "../database.ts";
import { progress } from "../progress.ts";
import { seedImages } from "./catalogue.ts";

/** Width of a drawing in its own units: at 72 dots per inch, one unit is one pixel. */
const VIEW_BOX = 360;
/** Pictures drawn at a time. More keeps more cores busy and more pixels in memory. */
const AT_ONCE = 4;

interface Picture {
  id: string;
  svg: string;
}

async function render(svg: string): Promise<Buffer> {
  const { default: sharp } = await import("sharp");
  const { edgePixels, webpQuality } = encoding;
  return sharp(Buffer.from(svg), { density: (72 * edgePixels) / VIEW_BOX })
    .webp({ quality: webpQuality, effort: 2 })
    .toBuffer();
}

async function upload(storage: Storage, picture: Picture): Promise<void> {
  await storage.client.send(
    new PutObjectCommand({
      Bucket: storage.bucket,
      Key: imageKey(picture.id),
      Body: await render(picture.svg),
      ContentType: "image/webp",
      CacheControl: "public, max-age=31536000, immutable",
    }),
  );
}

interface Storage {
  client: S3Client;
  bucket: string;
}

/**
 * The bare client, as these pictures are named by what draws them: the products name them before any is drawn. Path
 * style, as the bucket of a local or self-hosted S3 has no host name of its own.
 */
function connect(): S3Client {
  return new S3Client({
    region: process.env["AWS_REGION"] ?? "us-east-1",
    forcePathStyle: true,
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 2_000, requestTimeout: 10_000 },
  });
}

/**
 * The marker lies in the bucket beside the pictures, so an emptied bucket is filled again.
 * It names all of them: another set of pictures is another marker.
 */
function markerKey(pictures: readonly Picture[]): string {
  const digest = createHash("sha256")
    .update(pictures.map(({ id }) => id).join())
    .digest("hex");
  return `seeds/images-${digest.slice(0, 16)}`;
}

async function exists(storage: Storage, key: string): Promise<boolean> {
  try {
    await storage.client.send(new HeadObjectCommand({ Bucket: storage.bucket, Key: key }));
    return true;
  } catch (error) {
    if (error instanceof NotFound) return false;
    throw error;
  }
}

async function uploadAll(storage: Storage, pictures: readonly Picture[]): Promise<void> {
  const report = progress("images", pictures.length);
  const waiting = [...pictures];
  let done = 0;
  report(done);
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      await upload(storage, next);
      report(++done);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** The bucket must exist: who may make one is for whoever runs object storage to say. */
export async function seedPictures(client: Client): Promise<void> {
  const bucket = process.env["S3_BUCKET"];
  if (!bucket) {
    console.log("S3_BUCKET is not set: the products stay without pictures.");
    return;
  }
  const storage = { client: connect(), bucket };
  const pictures = seedImages();
  const marker = markerKey(pictures);
  if (await exists(storage, marker)) return;
  await exclusively(client, "seed-images", async () => {
    // Another script may have done the work while this one waited for the lock.
    if (await exists(storage, marker)) return;
    await uploadAll(storage, pictures);
    await storage.client.send(new PutObjectCommand({ Bucket: bucket, Key: marker, Body: "done" }));
  });
}
