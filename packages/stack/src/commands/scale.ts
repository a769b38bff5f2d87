import { callSupervisor } from "../control/client.ts";
import { type ScaleReply, type ScaleRequest, controlPaths } from "../control/protocol.ts";
import { SpillwayError } from "../errors.ts";
import { StackFolder } from "../state/folder.ts";
import { readState } from "../state/state.ts";
import type { CliCommand } from "./command.ts";
import { json, line, seconds } from "./output.ts";

/** A server may take its whole start time, and one that leaves its whole drain. */
const timeoutMs = 10 * 60_000;

export const scale: CliCommand = {
  name: "scale",
  form: "app=N",
  summary: "change the number of servers without losing a request",
  details: "Resolves when each new server answers, or each old one has finished its requests and is gone.",
  options: {},
  positionals: 1,
  async run({ dir, json: asJson, positionals }) {
    const body = parse(positionals[0]);
    const call = { method: "POST", path: controlPaths.scale, body, timeoutMs } as const;
    const folder = new StackFolder(dir);
    // The lock in a copied folder names the supervisor of the original: this refuses it.
    readState(folder);
    const reply = await callSupervisor<ScaleReply>(folder, call);
    if (asJson) json(reply);
    else line(`${reply.target}: ${reply.from} → ${reply.to} in ${seconds(reply.tookMs)}`);
    return 0;
  },
};

function parse(text: string | undefined): ScaleRequest {
  const match = /^(\w+)=(\d+)$/.exec(text ?? "");
  if (match === null)
    throw new SpillwayError("SPW_SCALE_TARGET", { found: text ?? "nothing", expected: "app=N" });
  return { target: match[1]!, count: Number(match[2]) };
}
