import { variableName } from "../config/layers.ts";
import { settingPaths } from "../config/merge.ts";
import { type Resolved, resolveConfig } from "../config/resolve.ts";
import { valueAt } from "../config/validate.ts";
import { StackFolder } from "../state/folder.ts";
import type { Secrets } from "../state/secrets.ts";
import { readState } from "../state/state.ts";
import { appEnvironment, secretVariables } from "../topology/environment.ts";
import { type Topology, drawTopology } from "../topology/topology.ts";
import type { CliCommand } from "./command.ts";
import { configFlags, settingsFromFlags } from "./config-flags.ts";
import { explainCache } from "./explain-cache.ts";
import { json, line, paint, table } from "./output.ts";

export const explain: CliCommand = {
  name: "explain",
  form: "[cache KEY]",
  summary: "print the topology, every setting with its source, and what the app is given",
  details:
    "A port of 0 is chosen by `up`; once chosen it stays. With `cache KEY`: what Redis knows of that key.",
  options: configFlags,
  positionals: 2,
  async run(invocation) {
    if (invocation.positionals.length > 0) return await explainCache(invocation);
    const { dir, json: asJson } = invocation;
    const resolved = await resolveConfig({
      dir,
      environment: process.env,
      flags: settingsFromFlags(invocation),
    });
    const topology = drawTopology(resolved.settings, readState(new StackFolder(dir))?.ports ?? {});
    const settings = settingPaths().map((path) => ({
      key: path,
      value:
        path === "app.env"
          ? Object.keys(resolved.settings.app.env)
          : valueAt(resolved.settings, path.split(".")),
      source: resolved.sources[path]!,
      variable: variableName(path),
    }));
    const environment = shownEnvironment(resolved, topology);
    if (asJson) {
      json({
        name: topology.name,
        file: resolved.file ?? null,
        app: resolved.app,
        topology: topology.nodes,
        settings,
        environment,
      });
      return 0;
    }
    showTopology(resolved, topology);
    line(`\n${paint("bold", "settings")}  (weakest first: default, detected, file, environment, flag)`);
    line(table(settings.map(({ key, value, source }) => [`  ${key}`, JSON.stringify(value), source])));
    line(`\n${paint("bold", "what every server is given")}  (and PORT, INSTANCE_ID of its own)`);
    line(table(Object.entries(environment).map(([name, value]) => [`  ${name}`, value])));
    return 0;
  },
};

function showTopology({ app, settings }: Resolved, topology: Topology): void {
  line(`${paint("bold", topology.name)} · ${app.title} · starts with \`${settings.app.start}\`\n`);
  const isRunning = (name: string): boolean =>
    !name.startsWith("app-") || Number(name.slice(4)) <= settings.app.instances;
  const rows = topology.nodes
    .filter((node) => isRunning(node.name))
    .toReversed()
    .map((node) => {
      const ports = Object.entries(node.ports).map(([purpose, port]) =>
        purpose === "main" ? shownPort(port) : `${purpose} ${shownPort(port)}`,
      );
      const upstreams = node.upstreams.filter(isRunning);
      return [
        `  ${node.name}`,
        node.role,
        ports.join(", "),
        upstreams.length === 0 ? "" : `→ ${upstreams.join(", ")}`,
      ];
    });
  line(table(rows));
}

const shownPort = (port: number): string => (port === 0 ? "not chosen yet" : String(port));

/** The environment contract without a password in it. */
function shownEnvironment({ settings }: Resolved, topology: Topology): Record<string, string> {
  const hidden = new Proxy({} as Secrets, { get: () => "***" });
  const environment = appEnvironment(settings, topology, hidden);
  const own = Object.keys(settings.app.env);
  return Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [
      name,
      own.includes(name) && !secretVariables.includes(name) ? "(from app.env)" : value,
    ]),
  );
}
