// Settings from environment variables and flags: the same keys, the same checks as the file.

import { SpillwayError } from "../errors.ts";
import { nearest } from "./nearest.ts";
import { type Layer, setAt, settingPaths } from "./merge.ts";
import { defaults } from "./defaults.ts";
import { validate, valueAt } from "./validate.ts";

/** `app.maxInstances` is set by `SPILLWAY_APP_MAX_INSTANCES`. */
export function variableName(path: string): string {
  return `SPILLWAY_${path
    .replaceAll(/([A-Z])/g, "_$1")
    .replaceAll(".", "_")
    .toUpperCase()}`;
}

export function fromEnvironment(environment: NodeJS.ProcessEnv): Layer {
  const config = {};
  for (const path of settingPaths()) {
    const text = environment[variableName(path)];
    if (text !== undefined && text !== "") setAt(config, path.split("."), parse(path, text));
  }
  return { source: "environment", config: validate(config, (path) => variableName(path.join("."))) };
}

/** Flags by dotted path. Throws SPW_CONFIG_UNKNOWN_KEY for a path that is no setting. */
export function fromFlags(flags: Readonly<Record<string, string>>): Layer {
  const config = {};
  const known = settingPaths();
  for (const [path, text] of Object.entries(flags)) {
    if (!known.includes(path)) {
      const suggestion = nearest(path, known);
      throw new SpillwayError("SPW_CONFIG_UNKNOWN_KEY", {
        where: "--set",
        key: path,
        allowed: known,
        ...(suggestion === undefined ? {} : { nearest: suggestion }),
      });
    }
    setAt(config, path.split("."), parse(path, text));
  }
  return { source: "flag", config: validate(config, (path) => `flag ${path.join(".")}`) };
}

/** Text takes the type that the setting's default has; what does not fit is left for the check to refuse. */
function parse(path: string, text: string): unknown {
  const like = valueAt(defaults, path.split("."));
  if (typeof like === "number") return text.trim() === "" || Number.isNaN(Number(text)) ? text : Number(text);
  if (path === "app.build" && text === "false") return false;
  if (typeof like === "object") return parseJson(text);
  return text;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
