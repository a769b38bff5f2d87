// `spillway explain cache KEY`: what the running stack's Redis knows of one key of the app's cache.

import { createCache } from "spillway/cache";
import { resolveConfig } from "../config/resolve.ts";
import { SpillwayError } from "../errors.ts";
import { StackFolder } from "../state/folder.ts";
import { ensureSecrets } from "../state/secrets.ts";
import { readState } from "../state/state.ts";
import { appEnvironment } from "../topology/environment.ts";
import { drawTopology } from "../topology/topology.ts";
import type { Invocation } from "./command.ts";
import { json, line, paint, table } from "./output.ts";

/** Somebody waits at a terminal: what is slow then is not away. */
const timeoutSeconds = 2;

type Explanation = NonNullable<Awaited<ReturnType<ReturnType<typeof createCache>["explain"]>>>;

export async function explainCache({ dir, json: asJson, positionals }: Invocation): Promise<number> {
  const [, key] = positionals;
  if (positionals[0] !== "cache" || key === undefined)
    throw new SpillwayError("SPW_USAGE", {
      problem: `explain takes nothing, or cache and a key; found ${positionals.join(" ")}`,
      hint: "For example: spillway explain cache product:42",
    });
  const explanation = await ask(dir, key);
  if (asJson) json(explanation);
  else show(explanation);
  return 0;
}

async function ask(dir: string, key: string): Promise<Explanation> {
  const cache = createCache({ redis: await redisOf(dir), redisTimeout: timeoutSeconds });
  try {
    return (await cache.explain(key))!;
  } catch (error) {
    if (error instanceof Error && error.name === "Away") throw new SpillwayError("SPW_NOT_RUNNING", { dir });
    throw error;
  } finally {
    await cache.close();
  }
}

/** As the app is given it. */
async function redisOf(dir: string): Promise<string> {
  const folder = new StackFolder(dir);
  const state = readState(folder);
  if (state === undefined) throw new SpillwayError("SPW_NOT_RUNNING", { dir });
  const { settings } = await resolveConfig({ dir, environment: process.env, flags: {} });
  const topology = drawTopology(settings, state.ports);
  return appEnvironment(settings, topology, ensureSecrets(folder))["REDIS_URL"]!;
}

function show({ key, state, reason, bytes, seq, expiresIn, tags = [], loading, log }: Explanation): void {
  const facts = [
    ["state", `${state}: ${reason}`],
    ["size", bytes === undefined ? "" : `${bytes} bytes`],
    ["time left", expiresIn === undefined ? "" : `${expiresIn.toFixed(1)} s`],
    ["loaded at", seq === undefined ? "" : `place ${seq} of the log, which ends at ${log.seq}`],
    ["loading", loading ? "a process loads it now" : ""],
  ].filter(([, fact]) => fact !== "");
  line(paint("bold", key));
  line(table(facts.map(([name, fact]) => [`  ${name}`, fact!])));
  if (tags.length === 0) return;
  line(`\n${paint("bold", "depends on")}`);
  line(table(tags.map(({ tag, invalidatedAt, expiredAt }) => [`  ${tag}`, since(invalidatedAt, expiredAt)])));
}

function since(invalidatedAt: number | undefined, expiredAt: number | undefined): string {
  const said = [
    invalidatedAt === undefined ? "" : `invalidated at place ${invalidatedAt}`,
    expiredAt === undefined ? "" : `expired at place ${expiredAt}`,
  ].filter((one) => one !== "");
  return said.length === 0 ? "nothing since it is remembered" : said.join(", ");
}
