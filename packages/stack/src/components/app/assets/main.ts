// The process that puts a build's static files into storage. It ends when all of them are there.

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import mime from "mime";
import { type Asset, assetCacheControl, assetsOf } from "./files.ts";

const { BUILD = "", S3_BUCKET: Bucket = "" } = process.env;
/** Each holds one file in memory. */
const atOnce = 8;

const s3 = new S3Client({ forcePathStyle: true });
const assets = assetsOf(BUILD);
const stored = await storedDigests(new Set(assets.map(({ key }) => folderOf(key))));
const queue = [...assets];
let sent = 0;
await Promise.all(Array.from({ length: atOnce }, sendAll));
console.log(`${assets.length} files, ${sent} new`);

async function sendAll(): Promise<void> {
  for (let asset = queue.pop(); asset !== undefined; asset = queue.pop()) await send(asset);
}

async function send({ file, key }: Asset): Promise<void> {
  const Body = await readFile(file);
  if (stored.get(key) === createHash("md5").update(Body).digest("hex")) return;
  const ContentType = contentType(file);
  await s3.send(
    new PutObjectCommand({ Bucket, Key: key, Body, ContentType, CacheControl: assetCacheControl }),
  );
  sent++;
}

function contentType(file: string): string {
  const type = mime.getType(file) ?? "application/octet-stream";
  return /^text\/|json$/.test(type) ? `${type}; charset=utf-8` : type;
}

/** `docs/_next/static/`. */
function folderOf(key: string): string {
  return /^.*?_next\/static\//.exec(key)![0];
}

/** By key. For what was sent in one piece the entity tag is the MD5 of its bytes, but for some ways to encrypt it. */
async function storedDigests(folders: ReadonlySet<string>): Promise<Map<string, string>> {
  const digests = new Map<string, string>();
  for (const Prefix of folders) {
    let ContinuationToken: string | undefined;
    do {
      const page = await s3.send(new ListObjectsV2Command({ Bucket, Prefix, ContinuationToken }));
      for (const { Key = "", ETag = "" } of page.Contents ?? []) digests.set(Key, ETag.replaceAll('"', ""));
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
  }
  return digests;
}
