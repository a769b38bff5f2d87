// Calls to one bucket: the client that makes them, how long they may take, and what their failures mean.

import type { S3Client } from "@aws-sdk/client-s3";
import { bounded } from "../bounded.ts";
import { failureOf } from "./failure.ts";
import { loadS3, type S3Package } from "./packages.ts";

export interface S3Place {
  bucket: string;
  region: string | undefined;
  endpoint: string | undefined;
  /** The app's own; it stays open. */
  client: S3Client | undefined;
  timeoutMs: number;
}

export interface S3Call {
  /** As in an access policy: `s3:PutObject`. */
  action: string;
  /** How many bytes are sent with it, or copied by it. */
  bytes?: number;
  signal?: AbortSignal | undefined;
}

export interface OpenS3 {
  client: S3Client;
  sdk: S3Package;
}

const mebibyte = 2 ** 20;

export class S3Calls {
  readonly #place: S3Place;
  #opening: Promise<OpenS3> | undefined;

  constructor(place: S3Place) {
    this.#place = place;
  }

  get bucket(): string {
    return this.#place.bucket;
  }

  get timeoutMs(): number {
    return this.#place.timeoutMs;
  }

  /** Rejects with coded errors, and with the reason of the signal. */
  async call<T>(
    { action, bytes = 0, signal }: S3Call,
    work: (s3: OpenS3, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const ms = this.#place.timeoutMs * (1 + Math.ceil(bytes / mebibyte));
    try {
      return await bounded({ ms, signal }, async (stop) => work(await this.#open(), stop));
    } catch (error) {
      throw this.failure(action, error, signal);
    }
  }

  failure(action: string, error: unknown, signal?: AbortSignal): unknown {
    if (signal?.aborted === true) return signal.reason;
    return failureOf(error, { action, bucket: this.bucket, server: this.#server() });
  }

  async close(): Promise<void> {
    const opened = await this.#opening?.catch(() => undefined);
    if (this.#place.client === undefined) opened?.client.destroy();
  }

  #open(): Promise<OpenS3> {
    return (this.#opening ??= this.#create());
  }

  async #create(): Promise<OpenS3> {
    const sdk = await loadS3();
    const { client, region, endpoint, timeoutMs } = this.#place;
    if (client !== undefined) return { sdk, client };
    const created = new sdk.S3Client({
      ...(region === undefined ? {} : { region }),
      // The bucket of a self-hosted S3 has no host name of its own.
      ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
      maxAttempts: 3,
      // A body that is checked on its way is wrapped, and who leaves the wrapping leaves the connection open.
      responseChecksumValidation: "WHEN_REQUIRED",
      // How long anything may take is decided in `call`; a slow reader is not ended.
      requestHandler: { connectionTimeout: timeoutMs, requestTimeout: 0, socketTimeout: 0 },
    });
    return { sdk, client: created };
  }

  #server(): string {
    const { endpoint, region, client } = this.#place;
    if (client !== undefined) return "the S3 of the given client";
    return endpoint === undefined ? `S3 in ${region}` : new URL(endpoint).host;
  }
}
