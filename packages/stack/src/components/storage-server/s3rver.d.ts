// @20minutes/s3rver ships no types; this is the part of it that is called.

declare module "@20minutes/s3rver" {
  import type { IncomingMessage, RequestListener } from "node:http";

  /** Koa's context, as far as it is touched. */
  export interface KoaContext {
    readonly req: IncomingMessage;
    readonly method: string;
    readonly path: string;
    readonly query: Readonly<Record<string, unknown>>;
    readonly state: Record<string, unknown>;
    mountPath?: string;
    store: S3Store;
    status: number;
    type: string;
    body: unknown;
  }

  /** Where the objects lie. */
  export interface S3Store {
    /** Rejects for an object that is not there. */
    getMetadata(bucket: string, key: string): Promise<Record<string, unknown>>;
    /** Null for one that is not there. */
    getObject(bucket: string, key: string, range?: { start?: number; end?: string }): Promise<unknown>;
  }

  export type KoaMiddleware = (context: KoaContext, next: () => Promise<void>) => Promise<void>;

  export default class S3rver {
    /** Koa's list, in the order they run; the last two are the virtual hosts and the router. */
    middleware: KoaMiddleware[];
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
