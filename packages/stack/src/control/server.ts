// The supervisor's side of the control socket.

import { rmSync } from "node:fs";
import { type IncomingMessage, type Server, type ServerResponse, createServer } from "node:http";
import { SpillwayError, asSpillwayError, plainError } from "../errors.ts";
import type { Event } from "../supervisor/events.ts";
import { stackStatus } from "../supervisor/status.ts";
import type { Supervisor } from "../supervisor/supervisor.ts";
import {
  type DeployRequest,
  type ScaleReply,
  type ScaleRequest,
  controlPaths,
  controlSocket,
} from "./protocol.ts";

/** Answers commands on the socket. The folder it lies in is open to the stack's owner alone. */
export function serveControl(supervisor: Supervisor): Promise<Server> {
  const socket = controlSocket(supervisor.context.runtime);
  rmSync(socket, { force: true });
  const server = createServer((request, response) => void answer(supervisor, request, response));
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(socket, () => resolve(server));
  });
}

async function answer(
  supervisor: Supervisor,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    if (request.url === controlPaths.deploy) await deploy(supervisor, request, response);
    else reply(response, 200, await handle(supervisor, request));
  } catch (error) {
    reply(response, 500, { error: plainError(asSpillwayError(error)) });
  }
}

async function handle(supervisor: Supervisor, request: IncomingMessage): Promise<unknown> {
  switch (`${request.method} ${request.url}`) {
    case `GET ${controlPaths.status}`:
      return stackStatus(supervisor);
    case `POST ${controlPaths.scale}`:
      return scale(supervisor, (await bodyOf(request)) as ScaleRequest);
    case `POST ${controlPaths.down}`: {
      const began = Date.now();
      await supervisor.down();
      return { tookMs: Date.now() - began };
    }
    default:
      throw new SpillwayError("SPW_CONTROL_FAILED", {
        problem: `${request.method} ${request.url} is not known`,
      });
  }
}

async function scale({ context, rollout }: Supervisor, { target, count }: ScaleRequest): Promise<ScaleReply> {
  const most = context.settings.app.maxInstances;
  if (target !== "app" || !Number.isInteger(count) || count < 1 || count > most) {
    throw new SpillwayError("SPW_SCALE_TARGET", {
      found: `${target}=${count}`,
      expected: `app=N with N from 1 to ${most} (app.maxInstances)`,
    });
  }
  const from = rollout.size;
  const began = Date.now();
  await rollout.resize(count);
  return { target, from, to: count, tookMs: Date.now() - began };
}

/** It goes on when whoever asked for it is gone. */
async function deploy(
  supervisor: Supervisor,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { settings, title } = (await bodyOf(request)) as DeployRequest;
  const began = Date.now();
  response.writeHead(200, { "content-type": "application/x-ndjson" });
  const emit = (event: Event): void => void response.write(`${JSON.stringify(event)}\n`);
  try {
    const { deployment } = await supervisor.deploy({ settings, title, emit });
    const named = deployment === undefined ? {} : { deployment };
    emit({ type: "deployed", ...named, tookMs: Date.now() - began });
  } catch (error) {
    emit({ type: "failed", error: plainError(asSpillwayError(error)) });
  }
  response.end();
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = "";
  request.setEncoding("utf8");
  for await (const chunk of request) text += chunk as string;
  return JSON.parse(text);
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}
