// System packages: installed by name when run as root, otherwise the exact line to type.

import { spawnSync } from "node:child_process";
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { delimiter, join } from "node:path";
import { SetupError, run, say } from "./step.mjs";

// Debian keeps servers in sbin, which is not on a normal user's PATH.
const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/local/sbin", "/usr/sbin", "/sbin"];
const policy = "/usr/sbin/policy-rc.d";

/**
 * @param {import("../packages.mjs").SystemPackage[]} needed
 * @param {string} purpose
 */
export function ensureSystemPackages(needed, purpose) {
  const missing = needed.filter((one) => !isPresent(one)).map((one) => one.package);
  if (missing.length === 0) return;
  const line = `apt-get install -y --no-install-recommends ${missing.join(" ")}`;
  const isRoot = process.getuid?.() === 0;
  if (!isRoot || !existsSync("/usr/bin/apt-get")) {
    throw new SetupError(
      `Missing for \`npm ${purpose === "test" ? "test" : "run up"}\`: ${missing.join(", ")}.\n` +
        `Install them, then run it again:\n\n  ${isRoot ? "" : "sudo "}${line}\n`,
      2,
    );
  }
  install(missing);
}

/** @param {import("../packages.mjs").SystemPackage} one */
function isPresent(one) {
  if (one.path !== undefined)
    return libraryFolders().some((lib) => existsSync(join(lib, one.path ?? "", one.program)));
  return folders.some((folder) => isExecutable(join(folder, one.program)));
}

function libraryFolders() {
  const triplets = readdirSync("/usr/lib").filter((name) => name.endsWith("-linux-gnu"));
  return ["/usr/lib", "/usr/local/lib", ...triplets.map((name) => join("/usr/lib", name))];
}

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** @param {string[]} names */
function install(names) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  withoutServices(() => {
    say("apt-get update");
    run("apt-get", ["update", "-qq"], { env });
    for (const name of names) {
      say(`installing ${name}`);
      // Its own output is hundreds of lines that nobody reads unless it fails.
      const result = spawnSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", name], {
        env,
        encoding: "utf8",
      });
      if (result.status !== 0) {
        throw new SetupError(
          `apt-get could not install ${name}:\n${result.stderr}${result.stdout.slice(-2000)}`,
        );
      }
    }
  });
}

/**
 * A package that brings a server starts it at once, on its default port. A policy-rc.d that answers 101
 * ("action forbidden by policy", invoke-rc.d(8)) keeps that from happening while we install.
 * @param {() => void} act
 */
function withoutServices(act) {
  const aside = `${policy}.before-setup`;
  const had = existsSync(policy);
  if (had) renameSync(policy, aside);
  const restore = () => {
    rmSync(policy, { force: true });
    if (had) renameSync(aside, policy);
  };
  const onSignal = () => {
    restore();
    process.exit(1);
  };
  process.once("SIGINT", onSignal).once("SIGTERM", onSignal);
  try {
    writeFileSync(policy, "#!/bin/sh\nexit 101\n");
    chmodSync(policy, 0o755);
    act();
  } finally {
    restore();
    process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
  }
}
