// The database of the fixture apps, in the hands of a test: it says what is in it, how often it was asked,
// and makes it slow or broken.

import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import type { AddressInfo } from "node:net";

interface Record {
  version: string;
  calls: number;
  broken: boolean;
  /** Settles when answers may go out. */
  gate: Promise<void>;
}

export class Origin {
  readonly #records = new Map<string, Record>();
  readonly #server: Server = createServer((request, response) => void this.#answer(request, response));

  async start(): Promise<void> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
  }

  /** For the variable `ORIGIN` of an app. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  set(name: string, version: string): void {
    this.#record(name).version = version;
  }

  version(name: string): string {
    return this.#record(name).version;
  }

  /** How often the version of a name was read. */
  calls(name: string): number {
    return this.#record(name).calls;
  }

  /** Every answer about this name waits until the returned function is called. */
  hold(name: string): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#record(name).gate = promise;
    return resolve;
  }

  break(name: string, broken: boolean): void {
    this.#record(name).broken = broken;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  #record(name: string): Record {
    const known = this.#records.get(name);
    if (known !== undefined) return known;
    const fresh: Record = { version: "unset", calls: 0, broken: false, gate: Promise.resolve() };
    this.#records.set(name, fresh);
    return fresh;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const record = this.#record(decodeURIComponent(request.url!.slice(1)));
    if (request.method === "POST") record.version = await text(request);
    else record.calls += 1;
    await record.gate;
    response.writeHead(record.broken ? 500 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify({ version: record.version, calls: record.calls }));
  }
}
