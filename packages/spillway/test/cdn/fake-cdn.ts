// A CDN's API on this machine: takes exactly what the vendor documents, and fails when it is told to.

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { CdnUnderTest, Fault } from "./under-test.ts";

/** A request, with its body read. */
export interface Received {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage["headers"];
  body: string;
}

/** What a request asks for, or what is wrong with it. */
export type Meaning =
  | { tags: readonly string[] }
  | { asks: "all" | "check" }
  | { wrong: "credentials" | "form"; problem: string };

interface Reply {
  status: number;
  body: string;
  type?: string;
}

/** One vendor's API, as documented. */
export interface Vendor extends Pick<CdnUnderTest, "secret" | "driver"> {
  read: (request: Received) => Meaning;
  /** `confirmed` are the tags that the answer says are purged. */
  accept: (meaning: Meaning, confirmed: readonly string[], request: Received) => Reply;
  refuse: (status: number, problem: string) => Reply;
}

/** `address` is without a slash at its end. */
export async function startFake(
  vendor: (endpoint: () => string) => Vendor,
): Promise<CdnUnderTest & { address: string }> {
  let endpoint = "";
  const fake = new Fake(vendor(() => endpoint));
  const server = createServer((request, response) => void fake.answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { secret, driver } = fake.vendor;
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { secret, driver, close, server: fake, address: endpoint };
}

class Fake {
  readonly vendor: Vendor;
  accepted: string[] = [];
  purgedAll = 0;
  requests: { at: number; tags: readonly string[] }[] = [];
  undocumented: string[] = [];
  urls: string[] = [];
  #faults: Fault[] = [];

  constructor(vendor: Vendor) {
    this.vendor = vendor;
  }

  fail(...faults: readonly Fault[]): void {
    this.#faults.push(...faults);
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const received = await read(request);
    this.urls.push(request.url ?? "");
    const meaning = this.vendor.read(received);
    this.requests.push({ at: performance.now(), tags: "tags" in meaning ? meaning.tags : [] });
    if ("wrong" in meaning) return this.#refuse(response, meaning);
    const fault = this.#faults.shift();
    if (fault === undefined || fault === "ok") return this.#accept(response, meaning, received);
    if (fault === "hang") return;
    if (fault === "close") return void request.socket.destroy();
    if (fault === "half") return this.#acceptHalf(response, meaning, received);
    const { authorization, "fastly-key": key } = received.headers;
    const repeated = fault.echo === true ? `your ${String(authorization ?? key)}` : "as told";
    if (fault.location !== undefined) response.setHeader("location", fault.location + (request.url ?? ""));
    if (fault.retryAfter !== undefined) response.setHeader("retry-after", fault.retryAfter);
    send(response, this.vendor.refuse(fault.status, repeated));
  }

  #refuse(response: ServerResponse, { wrong, problem }: Extract<Meaning, { wrong: string }>): void {
    if (wrong === "form") this.undocumented.push(problem);
    send(response, this.vendor.refuse(wrong === "form" ? 400 : 401, problem));
  }

  #accept(response: ServerResponse, meaning: Meaning, received: Received): void {
    const tags = "tags" in meaning ? meaning.tags : [];
    this.accepted.push(...tags);
    if ("asks" in meaning && meaning.asks === "all") this.purgedAll++;
    send(response, this.vendor.accept(meaning, tags, received));
  }

  #acceptHalf(response: ServerResponse, meaning: Meaning, received: Received): void {
    const tags = "tags" in meaning ? meaning.tags : [];
    const half = tags.slice(0, Math.ceil(tags.length / 2));
    this.accepted.push(...half);
    send(response, this.vendor.accept(meaning, half, received));
  }
}

async function read(request: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const url = new URL(request.url ?? "/", "http://localhost");
  const body = Buffer.concat(chunks).toString();
  const { method = "", headers } = request;
  return { method, path: url.pathname, query: url.searchParams, headers, body };
}

function send(response: ServerResponse, { status, body, type = "application/json" }: Reply): void {
  response.writeHead(status, { "content-type": type });
  response.end(body);
}

/** The body as JSON with exactly these keys; undefined otherwise. */
export function exactJson(
  request: Received,
  ...keys: readonly string[]
): Record<string, unknown> | undefined {
  if (request.headers["content-type"] !== "application/json") return undefined;
  const body: unknown = JSON.parse(request.body);
  if (typeof body !== "object" || body === null) return undefined;
  return Object.keys(body).toSorted().join() === keys.toSorted().join()
    ? (body as Record<string, unknown>)
    : undefined;
}

/** What is wrong with a list of tags, by the vendor's limits; undefined if nothing is. */
export function tagProblem(
  tags: unknown,
  { most, bytes }: { most: number; bytes: number },
): string | undefined {
  if (!Array.isArray(tags) || tags.length === 0) return "no list of tags";
  if (tags.length > most) return `${tags.length} tags, at most ${most}`;
  const bad = tags.find(
    (tag) => typeof tag !== "string" || !/^[\x21-\x2b\x2d-\x7e]+$/.test(tag) || tag.length > bytes,
  );
  return bad === undefined ? undefined : `a tag that is not allowed: ${JSON.stringify(bad)}`;
}
