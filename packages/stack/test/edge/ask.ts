// Requests to an edge: one that is well formed, and bytes as somebody with other intentions may send them.

import { once } from "node:events";
import { type IncomingHttpHeaders, request } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface Asking {
  method?: string;
  headers?: Record<string, string | string[]>;
  body?: string;
}

/** One request on a connection of its own. */
export async function ask(port: number, path: string, asking: Asking = {}): Promise<Answer> {
  const { body, ...options } = asking;
  const asked = request({ host: "127.0.0.1", port, path, agent: false, ...options });
  asked.end(body);
  const [response] = await once(asked, "response");
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

export interface RawAnswer {
  text: string;
  /** The statuses of all responses that came back, in order. */
  statuses: number[];
  /** Whether the server closed the connection, and not we. */
  closed: boolean;
}

/** How long nothing must have come for an answer to count as all there is. */
const quietMs = 250;

/** Sends these bytes and reads until the server closes the connection, or says no more. */
export async function sendBytes(port: number, bytes: string): Promise<RawAnswer> {
  const socket = connect({ host: "127.0.0.1", port });
  socket.setEncoding("latin1");
  socket.setTimeout(quietMs);
  let answer = "";
  let closed = false;
  socket.on("data", (chunk: string) => (answer += chunk));
  // A reset is a closed connection too.
  socket.on("error", () => (closed = true));
  socket.on("end", () => (closed = true));
  socket.once("timeout", () => socket.destroy());
  socket.write(bytes, "latin1");
  await once(socket, "close");
  const statuses = [...answer.matchAll(/HTTP\/1\.1 (\d{3})/g)].map((match) => Number(match[1]));
  return { text: answer, statuses, closed };
}

/** The lines of a message's head, with the empty one that ends it. */
export function head(...lines: string[]): string {
  return `${lines.join("\r\n")}\r\n\r\n`;
}
