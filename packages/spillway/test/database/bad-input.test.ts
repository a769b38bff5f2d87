// Wrong settings: each is an error that names the setting, and none shows a secret.

import { inspect } from "node:util";
import { afterAll, afterEach, beforeAll, expect, it, onTestFinished } from "vitest";
import { freePort } from "../../../../testing/free-port.ts";
import { type Cluster, startCluster } from "../../../../testing/postgres-cluster.ts";
import { SpillwayPool, type SpillwayPoolConfig } from "../../src/database/index.ts";

let cluster: Cluster;
let stranger: Cluster;
const pools: SpillwayPool[] = [];

beforeAll(async () => {
  [cluster, stranger] = await Promise.all([startCluster({ replicas: 1 }), startCluster({ replicas: 0 })]);
});

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.end()));
});

afterAll(() => Promise.all([cluster.stop(), stranger.stop()]));

function newPool(config: SpillwayPoolConfig): SpillwayPool {
  const pool = new SpillwayPool({ connectionString: cluster.primary.url, ...config });
  pools.push(pool);
  return pool;
}

const good = (): string => cluster.primary.url;
const password = (url: string): string => new URL(url).password;

function warnings(): string[] {
  const texts: string[] = [];
  const listener = (warning: Error): void => void texts.push(warning.message);
  process.on("warning", listener);
  onTestFinished(() => void process.off("warning", listener));
  return texts;
}

function thrown(config: SpillwayPoolConfig): Error & { code?: string } {
  try {
    pools.push(new SpillwayPool(config));
  } catch (error) {
    return error as Error;
  }
  throw new Error("nothing was thrown");
}

it.each([
  ["not a url", "it cannot be read as a URL"],
  ["http://localhost/app", "it begins with http://"],
  ["postgres://u:hush@localhost/a/b", "its path is more than one name"],
  ["postgres://u:hush@local host/app", "it cannot be read as a URL"],
])("%s is not the address of a database", (url, problem) => {
  const error = thrown({ connectionString: url });
  expect(error.code).toBe("SPILLWAY_DATABASE_URL");
  expect(error.message).toContain(`connectionString is not the address of a database: ${problem}`);
  expect(error.message).not.toContain("hush");
  expect(thrown({ connectionString: good(), replicas: [url] }).message).toContain("replicas[0] is not");
});

it("names the variable of the environment that is missing or wrong", () => {
  const saved = process.env["DATABASE_URL"];
  onTestFinished(() => {
    if (saved === undefined) delete process.env["DATABASE_URL"];
    else process.env["DATABASE_URL"] = saved;
    delete process.env["DATABASE_REPLICA_URLS"];
  });
  delete process.env["DATABASE_URL"];
  expect(thrown({}).message).toContain("DATABASE_URL is not the address of a database: it is not set");
  process.env["DATABASE_URL"] = good();
  process.env["DATABASE_REPLICA_URLS"] = `${cluster.replicas[0]!.url},nonsense`;
  expect(thrown({}).message).toContain("DATABASE_REPLICA_URLS, number 2 is not");
});

it("refuses the same server twice", () => {
  const error = thrown({ connectionString: good(), replicas: [`${good()}?application_name=x`] });
  expect(error).toMatchObject({ code: "SPILLWAY_DATABASE_DUPLICATE" });
  expect(error.message).toContain("replicas[0] and connectionString are the same server");
});

it.each([
  [{ max: 0 }, "max is 0, expected at least 1"],
  [{ max: 2.5 }, "max is 2.5, expected a whole number from 0"],
  [{ maxLagMs: -1 }, "maxLagMs is -1"],
  [{ budgetReserve: "10" }, 'budgetReserve is "10"'],
  [{ name: "a b" }, 'name is "a b", expected 1 to 32 letters'],
  [{ maxLagMS: 5 }, "maxLagMS is unknown"],
] as unknown as [SpillwayPoolConfig, string][])("%o: a setting that cannot be", (config, message) => {
  const error = thrown({ connectionString: good(), ...config });
  expect(error.code).toBe("SPILLWAY_DATABASE_SETTING");
  expect(error.message).toContain(message);
});

it("says which server cannot be reached", async () => {
  const url = new URL(good());
  url.port = String(await freePort());
  const pool = newPool({ connectionString: url.href });
  const error = await pool.query("SELECT 1").catch((reason: unknown) => reason);
  expect(error).toMatchObject({
    code: "SPILLWAY_DATABASE_UNREACHABLE",
    data: { setting: "connectionString" },
  });
  await expect(pool.check()).rejects.toMatchObject({ code: "SPILLWAY_DATABASE_UNREACHABLE" });
});

it("says that a replica cannot be reached when asked, and reads from the primary meanwhile", async () => {
  const url = new URL(good());
  url.port = String(await freePort());
  const pool = newPool({ replicas: [url.href] });
  expect((await pool.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
  await expect(pool.check()).rejects.toMatchObject({
    code: "SPILLWAY_DATABASE_UNREACHABLE",
    data: { setting: "replicas[0]" },
  });
});

it("says whose password is wrong, and does not show it", async () => {
  const url = new URL(good());
  url.password = "wrong-and-secret";
  const primary = newPool({ connectionString: url.href });
  const error = (await primary.query("SELECT 1").catch((reason: unknown) => reason)) as Error;
  expect(error).toMatchObject({ code: "SPILLWAY_DATABASE_REFUSED", data: { setting: "connectionString" } });
  expect(JSON.stringify(error) + error.stack).not.toContain("wrong-and-secret");
  const texts = warnings();
  const bad = new URL(cluster.replicas[0]!.url);
  bad.password = "wrong-and-secret";
  const pool = newPool({ replicas: [bad.href] });
  await expect(pool.check()).rejects.toMatchObject({ data: { setting: "replicas[0]" } });
  expect((await pool.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
  await expect.poll(() => texts.join("\n")).toContain("replicas[0]");
  expect(texts.join("\n")).not.toContain("wrong-and-secret");
});

it("never reads a server of another cluster", async () => {
  const texts = warnings();
  const pool = newPool({ replicas: [stranger.primary.url] });
  await expect(pool.check()).rejects.toMatchObject({
    code: "SPILLWAY_DATABASE_OTHER_CLUSTER",
    data: { setting: "replicas[0]" },
  });
  for (let index = 0; index < 20; index++) expect(pool.explain("SELECT 1").role).toBe("primary");
  await expect.poll(() => texts.join("\n")).toContain("its system identifier differs");
});

it("says that a replica is the primary under another name", async () => {
  const url = new URL(good());
  url.hostname = "localhost";
  const pool = newPool({ replicas: [url.href] });
  await expect(pool.check()).rejects.toMatchObject({
    code: "SPILLWAY_DATABASE_REPLICA_IS_PRIMARY",
    data: { setting: "replicas[0]" },
  });
});

it("says that the connections do not suffice for the instances", async () => {
  const pool = newPool({ budgetReserve: 96 });
  await expect(pool.check()).rejects.toMatchObject({
    code: "SPILLWAY_DATABASE_BUDGET",
    data: { instances: expect.any(Number), connections: 97 },
  });
});

it("accepts what is right", async () => {
  const pool = newPool({ replicas: [cluster.replicas[0]!.url] });
  await expect(pool.check()).resolves.toBeUndefined();
  expect(inspect(pool, { depth: 9 })).not.toContain(password(good()));
});

it("shows no value of a parameter in what it makes of an error", async () => {
  const pool = newPool({});
  const error = (await pool
    .query("SELECT $1::int", ["hush-hush"])
    .catch((reason: unknown) => reason)) as Error;
  // The server's own words hold the value that it could not read; nothing is added to them.
  expect(error).toMatchObject({ code: "22P02" });
  const busy = newPool({ max: 1, budget: false, connectionTimeoutMillis: 100 });
  const client = await busy.connect();
  await client.query("BEGIN");
  const late = (await busy.query("SELECT $1", ["hush-hush"]).catch((reason: unknown) => reason)) as Error;
  await client.query("ROLLBACK");
  client.release();
  expect(late).toMatchObject({ code: "SPILLWAY_DATABASE_BUSY" });
  expect(JSON.stringify(late) + late.stack).not.toContain("hush");
});
