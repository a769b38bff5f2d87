// The process of the storage tier: @20minutes/s3rver behind a door. Left to itself it takes unsigned
// requests from anyone, so any web page open on this machine could write to it; real S3 denies those.

import { createServer } from "node:http";
import S3rver, { type KoaContext } from "@20minutes/s3rver";
import AWSAccount from "@20minutes/s3rver/lib/models/account.js";
import { originHeader } from "./contract.ts";
import { isAllowed } from "./door.ts";

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
s3.middleware.splice(-1, 0, signBucketAsAsked);
await s3.configureBuckets();
const handle = s3.callback();

const server = createServer((request, response) => {
  const allowed = isAllowed({
    method: request.method ?? "",
    url: request.url ?? "",
    authorization: request.headers.authorization,
    origin: request.headers[originHeader],
    secret: ORIGIN_SECRET,
  });
  if (allowed) {
    handle(request, response);
    return;
  }
  response.writeHead(403, { "content-type": "application/xml" });
  response.end("<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>");
  request.resume();
});
server.listen(Number(PORT), "127.0.0.1");
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

process.once("SIGTERM", () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
