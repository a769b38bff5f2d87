// busboy ships no types; this is the part of it that is called.

declare module "busboy" {
  import type { IncomingHttpHeaders } from "node:http";
  import type { Readable, Writable } from "node:stream";

  interface Events {
    field: [name: string | undefined, value: string, info: { valueTruncated: boolean }];
    file: [name: string | undefined, content: Readable];
    filesLimit: [];
    partsLimit: [];
    finish: [];
    error: [error: Error];
  }

  export interface Parser extends Writable {
    on<Name extends keyof Events>(name: Name, listener: (...values: Events[Name]) => void): this;
  }

  /** Throws for headers that announce no form. */
  export default function busboy(options: {
    headers: IncomingHttpHeaders;
    limits: { fieldSize: number; files: number; parts: number };
  }): Parser;
}
