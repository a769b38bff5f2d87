// A store of its own to tell the story with, so that the one a developer runs beside it is left alone.

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client, type QueryResultRow } from "pg";
import type { Secrets } from "../../src/state/secrets.ts";
import type { State } from "../../src/state/state.ts";
import type { ComponentStatus, StackStatus } from "../../src/supervisor/status.ts";
import { succeed } from "./command.ts";

const root = fileURLToPath(new URL("../../../..", import.meta.url));
const command = join(root, "packages/stack/bin/spillway.js");
const generated = new Set(["node_modules", ".next", ".spillway", "tsconfig.tsbuildinfo", "next-env.d.ts"]);

export class Store {
  readonly #home: string;
  /** The app's folder. */
  readonly dir: string;

  /** Copies the store into the repository, where its packages are found. */
  constructor() {
    const examples = join(root, "examples");
    this.#home = mkdtempSync(join(examples, ".story-"));
    this.dir = join(this.#home, "store");
    cpSync(join(examples, "store"), this.dir, {
      recursive: true,
      filter: (path) => !generated.has(basename(path)),
    });
    // For git and for the repository's own checks. Tailwind, finding its folder ignored, would look for class
    // names in all of it, the database's files included, so it is told where they are.
    writeFileSync(join(this.#home, ".gitignore"), "*\n");
    this.#edit("src/app/globals.css", '@import "tailwindcss"', '@import "tailwindcss" source("..")');
    // The copy lies one folder deeper than the original.
    this.#edit("tsconfig.json", '"../../', '"../../../');
  }

  /** Runs a verb from the root of the repository, as `npm run up` does, and returns what it printed. */
  spillway(...args: string[]): Promise<string> {
    return succeed(process.execPath, [command, ...args, "--dir", this.dir], { cwd: root });
  }

  async status(): Promise<StackStatus> {
    return JSON.parse(await this.spillway("status", "--json")) as StackStatus;
  }

  async component(name: string): Promise<ComponentStatus> {
    const found = (await this.status()).components.find((one) => one.name === name);
    if (found === undefined) throw new Error(`no component ${name}`);
    return found;
  }

  get state(): State {
    return JSON.parse(readFileSync(this.file("state.json"), "utf8")) as State;
  }

  /** A path in `.spillway`. */
  file(path: string): string {
    return join(this.dir, ".spillway", path);
  }

  /** Asks one of the Postgres servers, as the app or, with `as`, as their superuser. */
  async query<Row extends QueryResultRow>(
    server: string,
    sql: string,
    as: "app" | "postgres" = "app",
  ): Promise<Row[]> {
    const secrets = JSON.parse(readFileSync(this.file("secrets.json"), "utf8")) as Secrets;
    const client = new Client({
      host: "127.0.0.1",
      port: this.state.ports[server],
      user: as,
      password: secrets[as],
      database: "app",
      connectionTimeoutMillis: 5_000,
      query_timeout: 5_000,
    });
    client.on("error", () => undefined);
    await client.connect();
    try {
      return (await client.query<Row>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  /** Ends and deletes all of it. */
  async remove(): Promise<void> {
    await this.spillway("down", "--wipe");
    rmSync(this.#home, { recursive: true, force: true });
  }

  #edit(path: string, found: string, wanted: string): void {
    const file = join(this.dir, path);
    const text = readFileSync(file, "utf8");
    if (!text.includes(found)) throw new Error(`${path} of the store no longer has ${found}`);
    writeFileSync(file, text.replace(found, wanted));
  }
}
