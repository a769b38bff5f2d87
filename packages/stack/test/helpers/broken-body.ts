// A PUT to the storage tier whose body stops in the middle. It is signed in its address: the SDK signs whole bodies.

import { createHmac } from "node:crypto";
import { type ClientRequest, request } from "node:http";
import { onTestFinished } from "vitest";
import { storageSecrets } from "./storage.ts";

interface Broken {
  port: number;
  /** With the bucket, and perhaps a query of an upload. */
  path: string;
  headers: Record<string, string>;
  sent: Buffer;
}

/** Sends what is there of the body and leaves the rest open. */
export function beginPut({ port, path, headers, sent }: Broken): ClientRequest {
  const asked = request({ host: "127.0.0.1", port, method: "PUT", path: signed(path, headers), headers });
  // A server that is asked to end waits for it.
  onTestFinished(() => void asked.destroy());
  // It ends in an error whenever it is broken off.
  asked.on("error", () => {}).write(sent);
  return asked;
}

/** Signature version 2 of a PUT, which covers no body. */
function signed(path: string, headers: Record<string, string>): string {
  const expires = Math.floor(Date.now() / 1000) + 600;
  const amazon = Object.entries(headers).filter(([name]) => name.startsWith("x-amz-"));
  const lines = amazon.map(([name, value]) => `${name}:${value}`).toSorted();
  const text = ["PUT", "", "", expires, ...lines, path].join("\n");
  const signature = createHmac("sha1", storageSecrets.secretAccessKey).update(text).digest("base64");
  const query = new URLSearchParams({
    AWSAccessKeyId: storageSecrets.accessKeyId,
    Expires: String(expires),
    Signature: signature,
  });
  return `${path}${path.includes("?") ? "&" : "?"}${query.toString()}`;
}
