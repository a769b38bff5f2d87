// A Lua script, sent whole only to a server that does not have it yet.

import { createHash } from "node:crypto";
import type { Argument } from "./connection.ts";

/** Where commands are sent: a connection, or what guards one. */
export interface Sender {
  send(key: string, args: readonly Argument[]): Promise<unknown>;
}

export class Script {
  readonly #text: string;
  readonly #sha: string;

  constructor(text: string) {
    this.#text = text;
    this.#sha = createHash("sha1").update(text).digest("hex");
  }

  run(to: Sender, keys: readonly string[], args: readonly Argument[]): Promise<unknown> {
    const [first = ""] = keys;
    const rest = [String(keys.length), ...keys, ...args];
    return to.send(first, ["EVALSHA", this.#sha, ...rest]).catch((error: unknown) => {
      if (!(error instanceof Error) || !error.message.startsWith("NOSCRIPT")) throw error;
      return to.send(first, ["EVAL", this.#text, ...rest]);
    });
  }
}
