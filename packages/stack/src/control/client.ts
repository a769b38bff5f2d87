// The commands' side of the control socket.

import { request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { SpillwayError } from "../errors.ts";
import type { StackFolder } from "../state/folder.ts";
import type { Event } from "../supervisor/events.ts";
import { type LockHolder, lockHolder } from "../state/lock.ts";
import { type ErrorReply, controlSocket } from "./protocol.ts";

const listenWithinMs = 5_000;

interface Call {
  method: "GET" | "POST";
  path: string;
  body?: unknown;
  timeoutMs: number;
}

/** Asks the supervisor of a stack. Throws SPW_NOT_RUNNING, or the coded error that it answers with. */
export async function callSupervisor<Reply>(folder: StackFolder, call: Call): Promise<Reply> {
  const holder = runningHolder(folder);
  const { status, text } = await exchangeOnceListening(holder, call);
  const reply = JSON.parse(text) as Reply | ErrorReply;
  if (status === 200) return reply as Reply;
  throw asThrown((reply as ErrorReply).error);
}

/**
 * Has the supervisor do something that takes a while, and passes on what it tells meanwhile. Resolves with the last event.
 * Throws as `callSupervisor` does.
 */
export async function followSupervisor(
  folder: StackFolder,
  call: Call,
  onEvent: (event: Event) => void,
): Promise<Event> {
  const holder = runningHolder(folder);
  let last: Event | undefined;
  let rest = "";
  await exchangeOnceListening(holder, call, (text) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    for (const line of lines) onEvent((last = JSON.parse(line) as Event));
  });
  if (last?.type === "failed") throw asThrown(last.error);
  if (last === undefined)
    throw new SpillwayError("SPW_CONTROL_FAILED", { problem: "it ended without a word" });
  return last;
}

function runningHolder(folder: StackFolder): LockHolder {
  const holder = lockHolder(folder);
  if (holder === undefined) throw new SpillwayError("SPW_NOT_RUNNING", { dir: folder.app });
  return holder;
}

/** A coded error from the other side, as if it had been thrown here. */
function asThrown({ code, message, hint, exitCode }: ErrorReply["error"]): SpillwayError {
  const error = new SpillwayError("SPW_CONTROL_FAILED", { problem: message });
  return Object.assign(error, { code, message, hint, exitCode }) as SpillwayError;
}

/** A supervisor that has only just started takes a moment to listen. */
async function exchangeOnceListening(
  holder: LockHolder,
  call: Call,
  onText?: (text: string) => void,
): Promise<{ status: number; text: string }> {
  const deadline = Date.now() + listenWithinMs;
  for (;;) {
    try {
      return await exchange(holder, call, onText);
    } catch (error) {
      const { code = "" } = error as NodeJS.ErrnoException;
      if (!["ENOENT", "ECONNREFUSED"].includes(code) || Date.now() > deadline) {
        throw new SpillwayError(
          "SPW_CONTROL_FAILED",
          { problem: (error as Error).message },
          { cause: error },
        );
      }
      await sleep(50);
    }
  }
}

function exchange(
  holder: LockHolder,
  { method, path, body, timeoutMs }: Call,
  onText?: (text: string) => void,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const asked = request(
      { socketPath: controlSocket(holder.runtime), method, path, timeout: timeoutMs },
      (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", onText ?? ((chunk: string) => (text += chunk)));
        response.once("end", () => resolve({ status: response.statusCode ?? 0, text }));
        response.once("error", () => reject(new Error("it ended before it was done")));
      },
    );
    asked.once("timeout", () => asked.destroy(new Error(`no answer within ${timeoutMs / 1000} s`)));
    asked.once("error", reject);
    asked.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
