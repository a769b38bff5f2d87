// What the preload costs a server: CPU per request and time at start.

import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { freePort } from "../testing/free-port.ts";

const preload = new URL("../packages/spillway/dist/register/register.js", import.meta.url);

const pairs = 10;
const connections = 8;
const warmUpRequests = 5000;
const measuredRequests = 10_000;

/** Answers 1 kB; prints whether the preload acts, then its CPU microseconds whenever asked. */
const server = `
  const body = "x".repeat(1024);
  require("node:http")
    .createServer((request, response) => {
      response.setHeader("content-type", "text/plain");
      response.end(body);
    })
    .listen(Number(process.env.PORT), "127.0.0.1", () => {
      console.log(process.listenerCount("SIGTERM") > 0 ? "attached" : "plain");
    });
  process.stdin.on("data", () => {
    const { user, system } = process.cpuUsage();
    console.log(user + system);
  });`;

const request = "GET /some/path?page=2 HTTP/1.1\r\nhost: bench\r\nuser-agent: bench\r\n\r\n";

/**
 * Noise only ever adds CPU to a run, but it adds to either run of a pair, so the
 * least difference of ten pairs is a lower bound and not the cost: it is given for
 * comparison between commits, clipped at nothing. The median of the differences and
 * the difference of the two minima say what a request costs.
 */
export async function run(): Promise<Record<string, number>> {
  if (!existsSync(preload)) throw new Error("packages/spillway is not built: npm run build");
  return { ...(await cpuFigures()), ...startupFigures() };
}

async function cpuFigures(): Promise<Record<string, number>> {
  const plain: number[] = [];
  const loaded: number[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    // Alternating order, so that a drift of the machine favours neither.
    const order = pair % 2 === 0 ? [false, true] : [true, false];
    for (const withPreload of order) {
      (withPreload ? loaded : plain).push(await cpuMicrosPerRequest(withPreload));
    }
  }
  const differences = loaded.map((value, index) => value - (plain[index] ?? 0));
  return {
    cpuMicrosPerRequest: round(Math.max(0, Math.min(...differences))),
    cpuMicrosMedianDifference: round(median(differences)),
    cpuMicrosDifferenceOfMinima: round(Math.min(...loaded) - Math.min(...plain)),
    cpuMicrosPlainMinimum: round(Math.min(...plain)),
    cpuMicrosWithMinimum: round(Math.min(...loaded)),
    requestsPerRun: measuredRequests,
  };
}

async function cpuMicrosPerRequest(withPreload: boolean): Promise<number> {
  const port = await freePort();
  const child = spawn(process.execPath, ["-e", server], {
    env: { ...environment(withPreload), PORT: String(port), SPILLWAY_PRIVATE_PORT: "0" },
    stdio: ["pipe", "pipe", "ignore"],
  });
  try {
    const state = await line(child);
    if ((state === "attached") !== withPreload) throw new Error(`the server is ${state}`);
    const sockets = Array.from({ length: connections }, () => connect(port, "127.0.0.1"));
    await load(sockets, warmUpRequests);
    const before = await cpuMicros(child);
    await load(sockets, measuredRequests);
    const after = await cpuMicros(child);
    for (const socket of sockets) socket.destroy();
    return (after - before) / measuredRequests;
  } finally {
    child.kill("SIGKILL");
    await once(child, "exit");
  }
}

function environment(withPreload: boolean): Record<string, string> {
  return {
    PATH: process.env["PATH"] ?? "",
    ...(withPreload && { NODE_OPTIONS: `--import=${preload.href}` }),
  };
}

async function cpuMicros(child: ChildProcess): Promise<number> {
  child.stdin?.write("?");
  return Number(await line(child));
}

async function line(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error("the server has no output");
  const [text] = (await once(child.stdout, "data", { signal: AbortSignal.timeout(30_000) })) as [Buffer];
  return text.toString().trim();
}

/** `total` requests over all sockets, one at a time on each. */
async function load(sockets: Socket[], total: number): Promise<void> {
  let left = total;
  await Promise.all(
    sockets.map(
      (socket) =>
        new Promise<void>((resolve, reject) => {
          const next = () => {
            if (left-- > 0) return void socket.write(request);
            socket.removeAllListeners();
            return resolve();
          };
          socket.on("error", reject).on("close", () => reject(new Error("closed")));
          onWholeAnswer(socket, next);
          next();
        }),
    ),
  );
}

/** Every answer has the same length, learnt from the first. */
function onWholeAnswer(socket: Socket, answered: () => void): void {
  let received = "";
  let answerBytes = 0;
  let bytes = 0;
  socket.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (answerBytes === 0) {
      received += chunk.toString("latin1");
      const head = received.indexOf("\r\n\r\n");
      const length = /content-length: (\d+)/i.exec(received)?.[1];
      if (head < 0 || length === undefined) return;
      answerBytes = head + 4 + Number(length);
    }
    if (bytes < answerBytes) return;
    bytes -= answerBytes;
    answered();
  });
}

function startupFigures(): Record<string, number> {
  const differences: number[] = [];
  const plain: number[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    const bare = startMilliseconds(false);
    plain.push(bare);
    differences.push(startMilliseconds(true) - bare);
  }
  return {
    startupMilliseconds: round(Math.max(0, Math.min(...differences))),
    startupMedianDifference: round(median(differences)),
    startupPlainMinimum: round(Math.min(...plain)),
  };
}

function startMilliseconds(withPreload: boolean): number {
  const startedAt = performance.now();
  const { status } = spawnSync(process.execPath, ["-e", "0"], { env: environment(withPreload) });
  if (status !== 0) throw new Error(`node -e 0 ended with ${status}`);
  return performance.now() - startedAt;
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
