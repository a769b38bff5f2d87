// A real server whose requests have a scope each, as the preload gives them, and a client of it.

import { once } from "node:events";
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { requestScope } from "../../src/coherence/http.ts";
import { runInThisScope, type Scope } from "../../src/coherence/scope.ts";

export type Handler = (response: ServerResponse, scope: Scope, request: IncomingMessage) => unknown;

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export class Served {
  /** Answers the next requests. */
  handler: Handler = () => undefined;
  readonly #server: Server = createServer((incoming, response) => {
    const scope = requestScope(incoming, response, () => "/");
    runInThisScope(scope, () => this.handler(response, scope, incoming));
  });

  async start(): Promise<void> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Resolves with the headers. */
  async open(path = "/"): Promise<IncomingMessage> {
    const sent = request({ port: this.port, host: "127.0.0.1", path, agent: false });
    sent.end();
    const [incoming] = (await once(sent, "response")) as [IncomingMessage];
    return incoming;
  }

  async get(path?: string): Promise<Answer> {
    const incoming = await this.open(path);
    return { status: incoming.statusCode!, headers: incoming.headers, body: await buffer(incoming) };
  }
}
