// Flags that overrule settings, the same for every command that reads the config.

import { SpillwayError } from "../errors.ts";
import type { Invocation, OptionHelp } from "./command.ts";

/** The short names of the settings that are changed most. */
const aliases: Readonly<Record<string, string>> = {
  port: "edge.port",
  instances: "app.instances",
  replicas: "database.replicas",
  balancer: "balancer.engine",
};

export const configFlags: Readonly<Record<string, OptionHelp>> = {
  port: { type: "string", value: "PORT", description: "edge.port: the port of the first edge" },
  instances: { type: "string", value: "N", description: "app.instances: how many servers" },
  replicas: { type: "string", value: "N", description: "database.replicas: how many replicas" },
  balancer: { type: "string", value: "ENGINE", description: "balancer.engine: haproxy or nginx" },
  set: {
    type: "string",
    multiple: true,
    value: "KEY=VALUE",
    description: "any setting, such as cache.memoryMb=64",
  },
};

/** Settings by dotted path, as typed. Throws SPW_USAGE for a --set without `=`. */
export function settingsFromFlags({ options }: Invocation): Record<string, string> {
  const flags: Record<string, string> = {};
  for (const [alias, path] of Object.entries(aliases)) {
    const value = options[alias];
    if (typeof value === "string") flags[path] = value;
  }
  for (const pair of (options["set"] ?? []) as string[]) {
    const at = pair.indexOf("=");
    if (at < 1) {
      throw new SpillwayError("SPW_USAGE", {
        problem: `--set ${pair} has no value`,
        hint: "Write it as --set cache.memoryMb=64.",
      });
    }
    flags[pair.slice(0, at)] = pair.slice(at + 1);
  }
  return flags;
}
