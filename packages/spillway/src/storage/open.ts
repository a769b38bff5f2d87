// Brings storage and the place of its bytes together: a bucket, or a folder of the disk.

import { resolve } from "node:path";
import type { S3Client } from "@aws-sdk/client-s3";
import { DiskBackend } from "./disk/backend.ts";
import { S3Backend } from "./s3/backend.ts";
import { S3Calls, type S3Place } from "./s3/calls.ts";
import { type CommonSettings, commonSettings, settingError } from "./settings.ts";
import { Storage } from "./storage.ts";

export interface StorageSettings extends CommonSettings {
  /** Default `S3_BUCKET`. */
  bucket?: string;
  /** Default `AWS_REGION`; with an endpoint `us-east-1`, as others than AWS mostly do not care. */
  region?: string;
  /** The address of an S3 that is not that of AWS. Default `AWS_ENDPOINT_URL_S3`. */
  endpoint?: string;
  /** A client of your own, in place of region and endpoint. It stays open. */
  client?: S3Client;
}

export interface DiskStorageSettings extends CommonSettings {
  /** Where the files lie; made when it is first written to. */
  directory: string;
}

/**
 * The files of an app in a bucket of S3, or of any server that speaks as it does.
 *
 * ```ts
 * import { createStorage } from "spillway/storage";
 *
 * const storage = createStorage(); // S3_BUCKET, AWS_REGION, AWS_ENDPOINT_URL_S3, CDN_URL
 * const picture = await storage.put(request.body, { folder: "pictures", types: ["image/*"], maxBytes: 5_000_000 });
 * return await storage.respond(request, picture.key);
 * ```
 *
 * Needs `@aws-sdk/client-s3`, which finds the credentials as everywhere. Throws SPILLWAY_STORAGE_SETTING. Nothing is
 * loaded or connected before the first use.
 */
export function createStorage(settings: StorageSettings = {}): Storage {
  const { bucket, region, endpoint, client, ...common } = settings;
  const filled = commonSettings(common, ["bucket", "region", "endpoint", "client"]);
  const place = s3Place({ bucket, region, endpoint, client });
  const calls = new S3Calls({ ...place, timeoutMs: filled.timeoutMs });
  return new Storage(new S3Backend(calls, filled.prefix), filled);
}

/** The same on a local disk, for tests and for code that needs no S3. One process; no direct uploads. */
export function createDiskStorage(settings: DiskStorageSettings): Storage {
  const { directory, ...common } = settings;
  const filled = commonSettings(common, ["directory"]);
  if (typeof directory !== "string" || directory === "")
    throw settingError("directory", directory === "" ? "empty" : typeof directory, "the path of a folder");
  return new Storage(new DiskBackend(resolve(directory), filled.timeoutMs), filled);
}

type Given = { [Name in "bucket" | "region" | "endpoint" | "client"]: StorageSettings[Name] | undefined };

function s3Place(given: Given): Omit<S3Place, "timeoutMs"> {
  const bucket = given.bucket ?? fromEnvironment("S3_BUCKET");
  if (bucket === undefined)
    throw settingError("bucket", "not set", "its name, or S3_BUCKET in the environment");
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{1,62}$/.test(bucket))
    throw settingError(
      "bucket",
      "no name of a bucket",
      "3 to 63 lower-case letters, digits, dots and hyphens",
    );
  const { client } = given;
  if (client !== undefined && typeof client?.send !== "function")
    throw settingError("client", typeof client, "an S3Client of @aws-sdk/client-s3");
  const endpoint = given.endpoint ?? fromEnvironment("AWS_ENDPOINT_URL_S3");
  if (endpoint !== undefined && !/^https?:$/.test(protocolOf(endpoint)))
    throw settingError("endpoint", "no address of a server", "http://host:port or https://host");
  const named = given.region ?? fromEnvironment("AWS_REGION");
  const region = named ?? (endpoint === undefined ? undefined : "us-east-1");
  if (region === undefined && client === undefined)
    throw settingError("region", "not set", "its name, or AWS_REGION in the environment");
  return { bucket, region, endpoint, client };
}

function protocolOf(address: string): string {
  return URL.canParse(address) ? new URL(address).protocol : "";
}

/** An empty variable is none. */
function fromEnvironment(name: string): string | undefined {
  return process.env[name]?.trim() || undefined;
}
