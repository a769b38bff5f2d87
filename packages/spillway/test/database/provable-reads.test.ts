// What is taken for a read is one, in the judgement of a real standby.

import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Cluster, startCluster } from "../../../../testing/postgres-cluster.ts";
import { SpillwayPool } from "../../src/database/index.ts";
import { hiddenWrites, oracleSchema, oracleStatements, volatileCalls } from "./analyse-oracle.ts";
import { watchQueries } from "./queries.ts";

let cluster: Cluster;

beforeAll(async () => {
  cluster = await startCluster({ replicas: 1 });
  const owner = new Client({ connectionString: cluster.primary.url });
  await owner.connect();
  await owner.query(oracleSchema);
  await owner.end();
  await cluster.waitForCatchup();
});

afterAll(() => cluster.stop());

/** The SQLSTATE that the standby answers with, on a session of its own; undefined when it runs it. */
async function refusal(text: string): Promise<string | undefined> {
  const client = new Client({ connectionString: cluster.replicas[0]!.url });
  await client.connect();
  try {
    await client.query(text);
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code;
  } finally {
    await client.end();
  }
}

const reads = oracleStatements.filter(({ kind }) => kind === "read").map(({ text }) => text);
const writes = oracleStatements.filter((one) => one.writes).map(({ text }) => text);

describe("a standby", () => {
  it.each(reads)("runs %s", async (text) => {
    expect(await refusal(text)).toBeUndefined();
  });

  it.each([...writes, ...volatileCalls.map(({ text }) => text), ...hiddenWrites])(
    "refuses %s",
    async (text) => {
      expect(await refusal(text)).toBe("25006");
    },
  );
});

describe("the pool", () => {
  it("executes each statement that writes once, on the primary, without the standby having seen it", async () => {
    const pool = new SpillwayPool({
      connectionString: cluster.primary.url,
      replicas: [cluster.replicas[0]!.url],
    });
    const queries = watchQueries();
    for (const text of [...writes, ...volatileCalls.map((one) => one.text)])
      await pool.query(text).catch(() => undefined);
    await pool.end();
    expect(queries.seen().filter(({ role }) => role !== "primary")).toEqual([]);
  });

  it("lets the catalogue decide about the functions of the app", async () => {
    const pool = new SpillwayPool({
      connectionString: cluster.primary.url,
      replicas: [cluster.replicas[0]!.url],
    });
    await expect
      .poll(async () => {
        await pool.query("select doubled(21) as answer");
        return pool.explain("select doubled(21) as answer").role;
      })
      .toBe("replica");
    expect(pool.explain("select next_ticket()")).toMatchObject({ role: "primary", reason: "write" });
    await pool.end();
  });
});
