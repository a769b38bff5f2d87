// `npm run bench -- NAME [--json]`: runs bench/NAME.ts and ends with one line
// {"bench":NAME,"figures":{…}}. Without --json the figures are printed as a table first.

import { existsSync, readdirSync } from "node:fs";

const [name, ...flags] = process.argv.slice(2);
const folder = new URL(".", import.meta.url);
const file = new URL(`${name}.ts`, folder);
if (name === undefined || !existsSync(file)) {
  const known = readdirSync(folder).filter((one) => one.endsWith(".ts"));
  console.error(
    `usage: npm run bench -- NAME [--json], with NAME one of ${known.map((one) => one.slice(0, -3)).join(", ")}`,
  );
  process.exit(2);
}
const { run } = await import(file.href);
const figures = await run();
if (!flags.includes("--json")) console.table(figures);
console.log(JSON.stringify({ bench: name, figures }));
