// @20minutes/s3rver ships no types; this is the part of it that is called.

declare module "@20minutes/s3rver" {
  import type { IncomingMessage, RequestListener } from "node:http";
  import type FilesystemStore from "@20minutes/s3rver/lib/stores/filesystem.js";

  /** Koa's context, as far as it is touched. */
  export interface KoaContext {
    readonly req: IncomingMessage;
    readonly method: string;
    readonly path: string;
    readonly query: Readonly<Record<string, unknown>>;
    readonly state: Record<string, unknown>;
    mountPath?: string;
    store: FilesystemStore;
    /** The body is there once a controller has chosen how to read it. */
    readonly request: { body?: unknown };
    /** Of the path: bucket and key. */
    readonly params: Readonly<Record<string, string | undefined>>;
    status: number;
    type: string;
    body: unknown;
    readonly protocol: string;
    /** As it was asked for, with the port. */
    readonly host: string;
    /** False for a body of another type, null for none. */
    is(type: string): string | false | null;
    set(header: string, value: string): void;
  }

  /** Headers, named in small letters. */
  export type Metadata = Record<string, unknown>;

  export interface S3Range {
    start?: number;
    end?: number | string;
  }

  export interface S3Location {
    bucket: string;
    key: string;
  }

  export type KoaMiddleware = (context: KoaContext, next: () => Promise<void>) => Promise<void>;

  export default class S3rver {
    /** Koa's list, in the order they run; the last two are the virtual hosts and the router. */
    middleware: KoaMiddleware[];
    store: FilesystemStore;
    /** What every request's context inherits from. */
    readonly context: { store: FilesystemStore };
    constructor(options: {
      directory: string;
      silent: boolean;
      configureBuckets: { name: string; configs: string[] }[];
    });
    configureBuckets(): Promise<void>;
    callback(): RequestListener;
  }
}

declare module "@20minutes/s3rver/lib/models/account.js" {
  const AWSAccount: {
    DUMMY_ACCOUNT: {
      createKeyPair(accessKeyId: string, secretAccessKey: string): void;
      revokeAccessKey(accessKeyId: string): void;
    };
  };
  export default AWSAccount;
}

declare module "@20minutes/s3rver/lib/models/error.js" {
  /** Answered with the status that belongs to its code. */
  export default class S3Error extends Error {
    readonly code: string;
    constructor(code: string, message: string, detail?: Record<string, string>);
  }
}

declare module "@20minutes/s3rver/lib/models/object.js" {
  import type { Readable } from "node:stream";
  import type { Metadata, S3Location } from "@20minutes/s3rver";

  export type S3Content = Buffer | Readable;

  export default class S3Object implements S3Location {
    static readonly ALLOWED_METADATA: readonly string[];
    readonly bucket: string;
    readonly key: string;
    readonly content: S3Content | null;
    readonly metadata: Metadata;
    range?: { start: number; end: number };
    constructor(bucket: string, key: string, content: S3Content | null, metadata: Metadata);
  }
}

declare module "@20minutes/s3rver/lib/stores/filesystem.js" {
  import type { Metadata, S3Range } from "@20minutes/s3rver";
  import type S3Object from "@20minutes/s3rver/lib/models/object.js";
  import type { S3Content } from "@20minutes/s3rver/lib/models/object.js";

  interface Stored {
    size: number;
    md5: string;
  }

  /** Where the objects lie. */
  export default class FilesystemStore {
    constructor(rootDirectory: string);
    getBucketPath(bucket: string): string;
    /** Without a key, what the bucket itself has of that name. */
    getResourcePath(bucket: string, key: string | undefined, resource: string): string;
    /** Null for one that is not there. */
    getBucket(bucket: string): Promise<object | null>;
    listBuckets(): Promise<{ name: string }[]>;
    /** Rejects for an object that is not there. */
    getMetadata(bucket: string, key: string): Promise<Metadata>;
    /** Null for one that is not there. */
    getObject(bucket: string, key: string, range?: S3Range): Promise<S3Object | null>;
    putObject(object: S3Object): Promise<Stored>;
    copyObject(
      fromBucket: string,
      fromKey: string,
      bucket: string,
      key: string,
      replacement: Metadata | null,
    ): Promise<Metadata>;
    deleteObject(bucket: string, key: string): Promise<void>;
    putPart(bucket: string, uploadId: string, partNumber: string, content: S3Content): Promise<Stored>;
    putObjectMultipart(
      bucket: string,
      uploadId: string,
      parts: readonly { number: number; etag: string }[],
    ): Promise<Stored>;
  }
}
