// The log of slow statements: what a line says, and that it gives no value away.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { Scope, runInThisScope } from "../../src/coherence/scope.ts";
import type { SlowQuery, SpillwayPool, SpillwayPoolConfig } from "../../src/database/index.ts";
import { labelOf, seenCluster } from "./seen-cluster.ts";

const seen = seenCluster();
const slow = "SELECT pg_sleep(0.05), $1::text AS secret, 'sekret', 8765432 -- sekret";
const shape = "SELECT pg_sleep(?), $1::text AS secret, ?, ?";

async function startWatched(
  config: SpillwayPoolConfig = {},
): Promise<{ pool: SpillwayPool; lines: SlowQuery[] }> {
  const lines: SlowQuery[] = [];
  const pool = await seen.startPool({
    slowQueryMs: 40,
    onSlowQuery: (line) => void lines.push(line),
    ...config,
  });
  lines.length = 0;
  return { pool, lines };
}

/** What a process that runs `code` with a pool prints to stderr. */
async function printed(code: string): Promise<string> {
  const module = new URL("../../src/database/index.ts", import.meta.url).href;
  const program = `
    import { SpillwayPool } from ${JSON.stringify(module)};
    const pool = new SpillwayPool({ slowQueryMs: 40 });
    ${code}
    await pool.end();`;
  const env = { ...process.env, DATABASE_URL: seen.primary.url, DATABASE_REPLICA_URLS: "" };
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [said, [status]] = await Promise.all([text(child.stderr), once(child, "close")]);
  expect(status, said).toBe(0);
  return said;
}

describe("if nobody takes it, a slow statement", () => {
  it("is one line of JSON on stderr, without any value", async () => {
    const said = await printed(`await pool.query(${JSON.stringify(slow)}, ["sekret"]);`);
    expect(said).toMatch(/^\{[^\n]*\}\n$/);
    const { durationMs, ...line } = JSON.parse(said) as SlowQuery;
    expect(durationMs).toBeGreaterThanOrEqual(50);
    const server = labelOf(seen.primary);
    expect(line).toEqual({
      level: "warn",
      event: "slow_query",
      sql: shape,
      server,
      reason: "single-server",
      rowCount: 1,
    });
    expect(said).not.toMatch(/sekret|8765432|0\.05/);
  });

  it("is one line also if it has many, and if it fails", async () => {
    const failing = `WITH slept AS MATERIALIZED (SELECT pg_sleep(0.05))
      SELECT 'sekret\nsekret', ($1 || inet_server_port())::int FROM slept`;
    const said = await printed(
      `await pool.query(${JSON.stringify(failing)}, ["sekret"]).catch(() => undefined);`,
    );
    expect(said).toMatch(/^\{[^\n]*\}\n$/);
    expect(JSON.parse(said)).toMatchObject({ rowCount: null });
    expect(said).not.toContain("sekret");
  });

  it("is nothing if none is slow", async () => {
    expect(await printed('await pool.query("SELECT 1");')).toBe("");
  });
});

describe("onSlowQuery", () => {
  it("is told where it ran and why, for which route, and no values", async () => {
    const { pool, lines } = await startWatched();
    await runInThisScope(new Scope({ route: () => "/orders/[id]" }), () =>
      pool.primary.query(slow, ["sekret"]),
    );
    expect(lines).toEqual([
      {
        sql: shape,
        durationMs: expect.any(Number),
        server: labelOf(seen.primary),
        reason: "asked",
        route: "/orders/[id]",
        rowCount: 1,
      },
    ]);
    expect(JSON.stringify(lines)).not.toContain("sekret");
  });

  it("is told the values if that is asked for", async () => {
    const { pool, lines } = await startWatched({ slowQueryValues: true });
    await pool.query(slow, ["sekret"]);
    expect(lines.map(({ sql, values }) => ({ sql, values }))).toEqual([{ sql: shape, values: ["sekret"] }]);
  });

  it("is told of statements in transactions", async () => {
    const { pool, lines } = await startWatched();
    const client = await pool.connect();
    await client.query("BEGIN");
    await client.query(slow, ["sekret"]);
    await client.query("COMMIT");
    client.release();
    expect(lines).toMatchObject([{ sql: shape, reason: "transaction" }]);
  });

  it("is told of a statement that the server ended, without a row count", async () => {
    const { pool, lines } = await startWatched({ statement_timeout: 60 });
    await expect(pool.query("SELECT pg_sleep(5)")).rejects.toThrow("statement timeout");
    expect(lines).toMatchObject([{ sql: "SELECT pg_sleep(?)", rowCount: null }]);
  });

  it("is not told of fast statements, nor of any if the limit is 0", async () => {
    const quick = await startWatched({ slowQueryMs: 10_000 });
    await quick.pool.query(slow, ["sekret"]);
    expect(quick.lines).toEqual([]);
    const never = await startWatched({ slowQueryMs: 0 });
    await never.pool.query(slow, ["sekret"]);
    expect(never.lines).toEqual([]);
  });
});
