// One answer to one visitor, and what can be read off it.

import { type IncomingMessage, request } from "node:http";

export interface Sent {
  method?: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
}

export interface Reading {
  status: number;
  headers: Record<string, string>;
  cookies: string[];
  bytes: Buffer;
  text: string;
  /** What the page showed, also when the answer is data for the client router. */
  version: string | undefined;
  /** The number of the rendering: equal in two readings if and only if one was kept. */
  rendering: string | undefined;
}

/** Resolves when the head of the answer is there. Redirects are not followed. */
export function open(
  url: string,
  { method = "GET", headers = {}, body }: Sent = {},
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent: false }, resolve);
    sent.on("error", reject);
    sent.end(body);
  });
}

export async function read(message: IncomingMessage): Promise<Reading> {
  const parts: Buffer[] = [];
  for await (const part of message) parts.push(part as Buffer);
  return readingOf(message, Buffer.concat(parts));
}

function readingOf(message: IncomingMessage, bytes: Buffer): Reading {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers)) headers[name] = String(value);
  const text = bytes.toString();
  return {
    status: message.statusCode!,
    headers,
    cookies: message.headers["set-cookie"] ?? [],
    bytes,
    text,
    version: shown(text, "v") ?? field(text, "version"),
    rendering: shown(text, "r") ?? field(text, "rendering"),
  };
}

/** The text of an element by its id, in a document or in the client router's notation. */
export function shown(text: string, id: string): string | undefined {
  const inDocument = new RegExp(`<p id="${id}">([^<]*)</p>`).exec(text);
  const inFlight = new RegExp(`"p",null,\\{"id":"${id}","children":"([^"]*)"`).exec(text);
  return (inDocument ?? inFlight)?.[1];
}

function field(text: string, name: string): string | undefined {
  return new RegExp(`"${name}":"([^"]*)"`).exec(text)?.[1];
}
