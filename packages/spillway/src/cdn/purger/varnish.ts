// An edge of ours: Varnish, by the requests that its VCL takes on its control address.

import { Agent, type IncomingHttpHeaders, request } from "node:http";
import { type LogMarks, canSign, writeToken } from "../../coherence/token.ts";
import { type Place, placeText, readPlace } from "./place.ts";
import type { Change, Heard, Target } from "./target.ts";

/** An edge that is slower than that is away. */
const timeoutMs = 1_000;
/** Varnish takes a header of 8 KiB at most (`http_req_hdr_len`). */
const mostBytes = 7_000;

export interface VarnishEdge {
  /** Shown in metrics and warnings. Default: the address. */
  name?: string;
  /** Where its VCL takes purges: `http://127.0.0.1:6082`. */
  url: string;
  /** What its VCL expects. */
  secret: string;
}

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
}

/** `log` is the name by which the app's causality tokens know the log. */
export function varnishTarget({ url, secret, name = new URL(url).host }: VarnishEdge, log: string): Target {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const send = (method: "GET" | "POST", headers: Record<string, string>): Promise<Answer> =>
    ask({ url, agent, method, headers: { ...headers, authorization: `Bearer ${secret}` } });
  const told = (to: Place, until: number | undefined): Record<string, string> => ({
    "spillway-position": placeText(to),
    "spillway-token": token(log, to),
    ...(until === undefined ? {} : { "spillway-until": until.toFixed(3) }),
  });

  return {
    name,
    mostBytes,
    pauseMs: { least: 50, most: 1_000 },

    async place() {
      const { status, headers } = await send("GET", {});
      if (status !== 200) throw new Error(`it answered ${status}`);
      return placeOf(headers);
    },

    async change({ after, to, tags, expired, until }: Change): Promise<Heard> {
      const { status, headers } = await send("POST", {
        ...told(to, until),
        "spillway-after": placeText(after),
        ...(tags.length === 0 ? {} : { "spillway-tags": tags.join(" ") }),
        ...(expired.length === 0 ? {} : { "spillway-expired-tags": expired.join(" ") }),
      });
      if (status === 409) return { done: false, at: placeOf(headers) };
      if (status !== 200) throw new Error(`it answered ${status}`);
      return { done: true, purged: Number(headers["spillway-purged"] ?? 0) };
    },

    async void(to: Place, until: number) {
      const { status } = await send("POST", told(to, until));
      if (status !== 200) throw new Error(`it answered ${status}`);
    },

    close: async () => agent.destroy(),
  };
}

/** What the app must see to answer a fetch of an edge that is at `place`. */
function token(log: string, { epoch, seq }: Place): string {
  const marks: LogMarks = new Map([[log, { epoch, seq }]]);
  return canSign() ? writeToken(new Map(), marks) : "";
}

function placeOf(headers: IncomingHttpHeaders): Place | undefined {
  const text = headers["spillway-position"];
  return typeof text === "string" ? readPlace(text) : undefined;
}

interface Question {
  url: string;
  agent: Agent;
  method: string;
  headers: Record<string, string>;
}

function ask({ url, agent, method, headers }: Question): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const length = method === "POST" ? { "content-length": "0" } : {};
    const asked = request(url, { agent, method, headers: { ...headers, ...length } }, (response) => {
      response.resume();
      response.once("end", () => {
        clearTimeout(timer);
        resolve({ status: response.statusCode ?? 0, headers: response.headers });
      });
      response.once("error", reject);
    });
    const timer = setTimeout(() => asked.destroy(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
    asked.once("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    asked.end();
  });
}
