// @20minutes/s3rver ships no types; this is the part of it that is called.

declare module "@20minutes/s3rver" {
  import type { RequestListener } from "node:http";

  /** Koa's context, as far as it is touched. */
  export interface KoaContext {
    path: string;
    state: Record<string, unknown>;
    mountPath?: string;
  }

  export default class S3rver {
    /** Koa's list, in the order they run; the last one is the router. */
    middleware: ((context: KoaContext, next: () => Promise<void>) => Promise<void>)[];
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
