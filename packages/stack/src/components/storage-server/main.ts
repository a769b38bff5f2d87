// The process of the storage tier: @20minutes/s3rver behind a door. Left to itself it takes unsigned
// requests from anyone, so any web page open on this machine could write to it; real S3 denies those.

import { createServer } from "node:http";
import S3rver, { type KoaContext } from "@20minutes/s3rver";
import AWSAccount from "@20minutes/s3rver/lib/models/account.js";
import { abortUploadAsAsked, endBodyWithRequest } from "./abort.ts";
import { refusal } from "./door.ts";
import { isForm, receiveForms } from "./forms/receive.ts";
import type { ObjectStore } from "./objects.ts";
import { storeRange } from "./ranges.ts";
import { UploadStore } from "./uploads.ts";

const { PORT = "", DIRECTORY = "", BUCKET = "", ORIGIN_SECRET = "" } = process.env;
const { AWS_ACCESS_KEY_ID = "", AWS_SECRET_ACCESS_KEY = "" } = process.env;

// Its built-in key pair is public knowledge.
AWSAccount.DUMMY_ACCOUNT.revokeAccessKey("S3RVER");
AWSAccount.DUMMY_ACCOUNT.createKeyPair(AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY);

const s3 = new S3rver({
  directory: DIRECTORY,
  silent: true,
  configureBuckets: [{ name: BUCKET, configs: [] }],
});
// In place of its virtual hosts: they make a bucket of the Host header, which an edge passes on as it came.
const forms = receiveForms({ accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY });
const inPlace = [door, forms, signBucketAsAsked, readRangeAsAsked, endBodyWithRequest, abortUploadAsAsked];
s3.middleware.splice(-2, 1, ...inPlace);
const store = new UploadStore(DIRECTORY);
s3.store = s3.context.store = store;
await s3.configureBuckets();
await store.sweep();

const server = createServer(s3.callback());
server.listen(Number(PORT), "127.0.0.1");

async function door(context: KoaContext, next: () => Promise<void>): Promise<void> {
  const { method, path, query, req } = context;
  const knock = { method, path, query, headers: req.headers, isForm: isForm(context) };
  const refused = refusal(knock, ORIGIN_SECRET);
  if (refused === undefined) {
    context.state["service"] = "s3";
    await next();
    return;
  }
  req.resume();
  context.status = refused.status;
  context.type = "application/xml";
  context.body = `<Error><Code>${refused.code}</Code><Message>${refused.message}</Message></Error>`;
}

/**
 * The AWS SDK asks for a bucket as `/bucket/` and signs that path; s3rver computes the signature over
 * `/bucket` and refuses. These two fields are what its computation puts together, so the slash comes back.
 */
function signBucketAsAsked(context: KoaContext, next: () => Promise<void>): Promise<void> {
  if (/^\/[^/]+\/$/.test(context.path)) {
    context.state["vhost"] = true;
    context.mountPath = "/";
  }
  return next();
}

/** The range is read from the header as it came, whatever s3rver's controller made of it. */
function readRangeAsAsked(context: KoaContext, next: () => Promise<void>): Promise<void> {
  const header = context.req.headers.range;
  if (header === undefined) return next();
  const getObject: ObjectStore["getObject"] = (bucket, key) =>
    store.getObject(bucket, key, (size) => storeRange(header, size));
  context.store = Object.assign(Object.create(store) as UploadStore, { getObject });
  return next();
}

process.once("SIGTERM", () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
