import { resolveConfig } from "../config/resolve.ts";
import { followSupervisor } from "../control/client.ts";
import { type DeployRequest, controlPaths } from "../control/protocol.ts";
import { SpillwayError } from "../errors.ts";
import { StackFolder } from "../state/folder.ts";
import { readState } from "../state/state.ts";
import type { CliCommand } from "./command.ts";
import { json } from "./output.ts";
import { UpView } from "./up-view.ts";

/** A build may be silent for long. */
const timeoutMs = 60 * 60_000;

export const deploy: CliCommand = {
  name: "deploy",
  summary: "replace what runs by the app as it is now, without losing a request",
  details:
    "Builds what was changed, runs the release commands, uploads static files, starts as many servers beside the\n" +
    "running ones, sends them what is asked for, and lets the old ones finish. If a step fails, what runs goes on.\n" +
    "Reads the config again, with the flags that `up` was given; settings other than app.start, app.build,\n" +
    "app.release, app.env and app.previousVersionMs take effect with the next `up`. Ctrl-C does not call it off.",
  options: {},
  async run({ dir, json: asJson }) {
    const folder = new StackFolder(dir);
    const state = readState(folder);
    if (state === undefined) throw new SpillwayError("SPW_NOT_RUNNING", { dir: folder.app });
    const flags = state.flags ?? {};
    const resolved = await resolveConfig({ dir: folder.app, environment: process.env, flags });
    const body: DeployRequest = { settings: resolved.settings, title: resolved.app.title };
    const view = asJson ? undefined : new UpView(resolved);
    view?.begin();
    await followSupervisor(
      folder,
      { method: "POST", path: controlPaths.deploy, body, timeoutMs },
      (event) => {
        if (event.type === "failed") return;
        if (view === undefined) json(event);
        else view.show(event);
      },
    );
    return 0;
  },
};
