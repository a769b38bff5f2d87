import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { packagedPostgres } from "../components/postgres/binaries.ts";
import { neededPrograms, requirePrograms } from "../components/programs.ts";
import { type Resolved, resolveConfig } from "../config/resolve.ts";
import { SpillwayError } from "../errors.ts";
import { StackFolder, makeStackFolder } from "../state/folder.ts";
import { lockHolder } from "../state/lock.ts";
import { readState } from "../state/state.ts";
import type { Event } from "../supervisor/events.ts";
import { causeIn, rotate, sizeOf, textSince } from "../process/log-tail.ts";
import type { Order } from "../supervise.ts";
import type { CliCommand } from "./command.ts";
import { configFlags, settingsFromFlags } from "./config-flags.ts";
import { json, printError } from "./output.ts";
import { UpView } from "./up-view.ts";

export const up: CliCommand = {
  name: "up",
  summary: "start the whole stack and say where it is",
  details:
    "Needs no config: a Next.js app or a package.json with a start script is found by itself.\n" +
    "Stays in the foreground and stops everything on Ctrl-C, unless --detach is given.",
  options: {
    detach: {
      type: "boolean",
      short: "d",
      description: "return when every tier is ready, and leave it running",
    },
    ...configFlags,
  },
  async run(invocation) {
    const folder = new StackFolder(invocation.dir);
    const flags = settingsFromFlags(invocation);
    const resolved = await check(folder, flags);
    const isNew = makeStackFolder(folder);
    const view = invocation.json ? undefined : new UpView(resolved);
    view?.begin(isNew ? `made ${folder.root} for state, data and logs (git ignores it)` : undefined);
    return followSupervisor(
      folder,
      { dir: folder.app, resolved, flags, detach: invocation.options["detach"] === true },
      view,
    );
  },
};

/** Everything that can be known to be wrong before anything is started. */
async function check(folder: StackFolder, flags: Record<string, string>): Promise<Resolved> {
  const resolved = await resolveConfig({ dir: folder.app, environment: process.env, flags });
  // First, since the lock in a copied folder names the supervisor of the original.
  readState(folder);
  const holder = lockHolder(folder);
  if (holder !== undefined) throw new SpillwayError("SPW_ALREADY_RUNNING", { pid: holder.pid });
  requirePrograms(neededPrograms(resolved.settings));
  packagedPostgres();
  return resolved;
}

function startSupervisor(folder: StackFolder): { child: ChildProcess; log: string; logOffset: number } {
  const log = folder.log("supervisor");
  rotate(log);
  const logOffset = sizeOf(log);
  const output = openSync(log, "a");
  const extension = import.meta.url.slice(import.meta.url.lastIndexOf("."));
  const main = fileURLToPath(new URL(`../supervise${extension}`, import.meta.url));
  const child = spawn(process.execPath, [main], {
    cwd: folder.app,
    detached: true,
    stdio: ["ignore", output, output, "ipc"],
  });
  closeSync(output);
  return { child, log, logOffset };
}

/** Hands over the order and shows what happens, until it is ready (--detach) or has ended. */
function followSupervisor(folder: StackFolder, order: Order, view: UpView | undefined): Promise<number> {
  const { child, log, logOffset } = startSupervisor(folder);
  const ask = (): void => void (child.connected && child.send("down"));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, ask);
  return new Promise((resolve) => {
    let saidLast = false;
    child.on("message", (event: Event) => {
      if (view === undefined && event.type !== "failed") json(event);
      view?.show(event);
      saidLast ||= event.type === "stopped" || event.type === "failed";
      if (event.type === "failed") {
        printError(event.error, { json: view === undefined, debug: process.argv.includes("--debug") });
        process.exitCode = event.error.exitCode;
      }
      if (event.type === "ready" && order.detach) {
        child.disconnect();
        child.unref();
        resolve(0);
      }
    });
    child.once("exit", (code) => {
      if (!saidLast) {
        const cause = causeIn(textSince(log, logOffset));
        printError(new SpillwayError("SPW_SUPERVISOR_GONE", { log, cause }), {
          json: view === undefined,
          debug: false,
        });
      }
      resolve(saidLast ? Number(process.exitCode ?? code ?? 1) : 1);
    });
    child.send(order);
  });
}
