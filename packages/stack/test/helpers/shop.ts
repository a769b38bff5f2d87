// What a visitor without a browser sees of the store.

import { Agent, type IncomingHttpHeaders, request } from "node:http";

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

const answerWithinMs = 10_000;

/** Asks once, on a connection of its own. */
export function get(url: string, headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const agent = new Agent({ keepAlive: false });
    const asked = request(url, { agent, timeout: answerWithinMs, headers }, (response) => {
      let body = "";
      response.setEncoding("latin1").on("data", (text: string) => (body += text));
      response.once("error", reject);
      response.once("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      );
    });
    asked.once("timeout", () => asked.destroy(new Error(`no answer from ${url}`)));
    asked.once("error", reject);
    asked.end();
  });
}

/** The server named in the footer of a page. */
export function servedBy({ body }: Answer): string | undefined {
  return /served by <code[^>]*>([^<]+)</.exec(body)?.[1];
}

/** The header in which an edge says whether it had the answer (RFC 9211). */
export function cacheStatus({ headers }: Answer): string {
  return String(headers["cache-status"]);
}
