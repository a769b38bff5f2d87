// What stands behind the edge in these tests: a server that answers as each test needs, and remembers what it was
// asked.

import { once } from "node:events";
import { type IncomingHttpHeaders, type IncomingMessage, type Server, createServer } from "node:http";
import { text } from "node:stream/consumers";

export interface Reply {
  /** 200 if left out. */
  status?: number;
  headers?: Record<string, string | string[]>;
  /** If left out: the count of requests for this URL, so that a shared response is told from a new one. */
  body?: string;
}

export interface Seen {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  rawHeaders: readonly string[];
  body: string;
}

/** The number counts the requests for this URL, from 1. */
export type Handler = (request: IncomingMessage, count: number) => Reply | Promise<Reply>;

export class Origin {
  /** Every request, in order, without the probes of the stack. */
  readonly seen: Seen[] = [];
  /** Answers what no other handler was set for. */
  otherwise: Handler = () => ({});
  readonly #handlers = new Map<string, Handler>();
  readonly #servers: Server[] = [];

  /** Sets what `url` answers: always the same, or what a handler makes of each request. */
  serve(url: string, reply: Reply | Handler): string {
    this.#handlers.set(url, typeof reply === "function" ? reply : () => reply);
    return url;
  }

  of(url: string): Seen[] {
    return this.seen.filter((one) => one.url === url);
  }

  async listen(port: number): Promise<void> {
    const server = createServer(async (request, response) => {
      if (request.url?.startsWith("/__spillway") || request.headers["user-agent"] === "spillway-probe") {
        response.end("ok");
        return;
      }
      const { url = "", method = "", headers, rawHeaders } = request;
      this.seen.push({ method, url, headers, rawHeaders, body: await text(request).catch(() => "") });
      const count = this.of(url).length;
      const reply = await (this.#handlers.get(url) ?? this.otherwise)(request, count);
      response.writeHead(reply.status ?? 200, reply.headers ?? {});
      response.end(reply.body ?? String(count));
    });
    this.#servers.push(server);
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
  }

  async close(): Promise<void> {
    const servers = this.#servers.splice(0);
    const closed = Promise.all(servers.map((server) => once(server, "close")));
    for (const server of servers) {
      server.close();
      server.closeAllConnections();
    }
    await closed;
  }
}
