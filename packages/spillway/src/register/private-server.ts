// The private server: readiness, liveness and metrics, apart from the public port.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { reasonOf, warn } from "../warnings.ts";
import { loadMetrics } from "./metrics-text.ts";
import { readiness } from "./readiness.ts";
import type { RegisterSettings } from "./settings.ts";

interface Answer {
  status: number;
  type: string;
  body: string;
}

type Endpoint = () => Promise<Answer>;

/** Starts it without ever keeping the process alive; if it cannot listen, the app goes on. */
export function startPrivateServer(settings: RegisterSettings): Server {
  const endpoints = privateEndpoints(settings.healthPath);
  const server = createServer((request, response) => void respond(endpoints, request, response));
  server.on("connection", (socket) => socket.unref());
  server.on("error", (cause) => {
    const { privateHost, privatePort } = settings;
    warn("SPILLWAY_PRIVATE_PORT_UNAVAILABLE", `${privateHost}:${privatePort}, ${reasonOf(cause)}`);
  });
  // Exclusive: workers of node:cluster would else answer for each other.
  server.listen({ host: settings.privateHost, port: settings.privatePort, exclusive: true }, () => {
    if (settings.privatePort === 0) printPort(server);
  });
  return server.unref();
}

/** Nobody else knows a port that the system has chosen. */
function printPort(server: Server): void {
  const { address, port } = server.address() as AddressInfo;
  process.stderr.write(`spillway: private server on ${address} port ${port}\n`);
}

function privateEndpoints(healthPath: string): Map<string, Endpoint> {
  const ready = readiness(healthPath);
  const metrics = loadMetrics();
  return new Map<string, Endpoint>([
    ["/live", () => Promise.resolve(json(200, { live: true }))],
    [
      "/ready",
      async () => {
        const answer = await ready();
        return json(answer.ready ? 200 : 503, answer);
      },
    ],
    [
      "/metrics",
      async () => {
        const found = await metrics();
        if (found === undefined) return json(503, { error: "metrics could not be loaded" });
        return { status: 200, type: found.contentType, body: found.text };
      },
    ],
  ]);
}

function json(status: number, value: object): Answer {
  return { status, type: "application/json", body: `${JSON.stringify(value)}\n` };
}

async function respond(
  endpoints: Map<string, Endpoint>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const answer = await answerTo(endpoints, request);
  response.writeHead(answer.status, {
    "content-type": answer.type,
    "content-length": Buffer.byteLength(answer.body),
    "cache-control": "no-store",
  });
  response.end(answer.body);
}

async function answerTo(
  endpoints: Map<string, Endpoint>,
  { method, url = "" }: IncomingMessage,
): Promise<Answer> {
  const endpoint = endpoints.get(url.replace(/\?.*/, ""));
  if (endpoint === undefined || (method !== "GET" && method !== "HEAD")) {
    return json(404, { error: "GET /ready, /live or /metrics" });
  }
  try {
    return await endpoint();
  } catch (cause) {
    return json(500, { error: reasonOf(cause) });
  }
}
