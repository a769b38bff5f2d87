import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { defaults } from "../config/defaults.ts";
import { detectApp } from "../config/detect.ts";
import { configFile } from "../config/load.ts";
import { SpillwayError } from "../errors.ts";
import type { CliCommand } from "./command.ts";
import { json, line } from "./output.ts";

export const init: CliCommand = {
  name: "init",
  summary: "write a spillway.config.ts to begin with",
  details: "Not needed: without a config file, `up` uses the defaults that this file shows.",
  options: {},
  async run({ dir, json: asJson }) {
    const existing = configFile(dir);
    if (existing !== undefined) throw new SpillwayError("SPW_FILE_EXISTS", { file: existing });
    const app = detectApp(dir);
    const file = join(dir, "spillway.config.ts");
    writeFileSync(file, starter(existsSync(join(dir, "node_modules/@spillway/stack"))), { flag: "wx" });
    if (asJson) json({ file, app });
    else line(`wrote ${file}\n\nNext: spillway up`);
    return 0;
  },
};

/** A handful of live lines; the rest is there to be uncommented, with its default. */
function starter(isInstalled: boolean): string {
  const { app, edge, database, cache } = defaults;
  // Without the package beside the app the import would fail, and only the editor's help is lost.
  const [head, open, close] = isInstalled
    ? [`import { defineStack } from "@spillway/stack";\n\n`, "defineStack({", "});"]
    : [
        "// With @spillway/stack installed here, wrap this in defineStack({ … }) for the editor's help.\n",
        "{",
        "};",
      ];
  return `${head}export default ${open}
  app: {
    instances: ${app.instances},
    // Run before the servers start, on every \`up\`; cheap when there is nothing to do.
    // release: ["node scripts/migrate.ts"],
    // A cheap path that touches no shared dependency.
    // health: { path: "/api/healthz" },
    // The most servers that \`spillway scale\` may ask for.
    // maxInstances: ${app.maxInstances},
  },
  database: { replicas: ${database.replicas} },
  // edge: { instances: ${edge.instances}, port: 8080, host: "0.0.0.0" }, // 0.0.0.0 opens it to the network
  // balancer: { engine: "nginx" },
  // cache: { memoryMb: ${cache.memoryMb} },
${close}
`;
}
