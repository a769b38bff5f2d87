// The preload opens a scope for each request and carries what a client has written to its next server.

import { afterAll, beforeAll, expect, it } from "vitest";
import { type Cluster, startCluster } from "../../../../testing/postgres-cluster.ts";
import { type AppProcess, startApp } from "../app-process.ts";
import { waitUntil } from "../wait.ts";

const secret = "the secret of both servers";
let cluster: Cluster;

beforeAll(async () => {
  cluster = await startCluster({ replicas: 2 });
  await cluster.primary.query("CREATE TABLE counter AS SELECT 0 AS value");
  await cluster.primary.query("GRANT ALL ON counter TO app");
  await cluster.waitForCatchup();
});

afterAll(() => cluster.stop());

function start(env: Record<string, string> = {}): Promise<AppProcess> {
  return startApp("database", {
    DATABASE_URL: cluster.primary.url,
    DATABASE_REPLICA_URLS: cluster.replicas.map(({ url }) => url).join(","),
    SPILLWAY_SECRET: secret,
    ...env,
  });
}

interface Answer {
  value: number;
  role: string;
  reason: string;
  cookies: string[];
}

async function ask(app: AppProcess, path: string, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await fetch(`${app.url}${path}`, { headers });
  expect(response.status).toBe(200);
  const body = (await response.json()) as Omit<Answer, "cookies">;
  return { ...body, cookies: response.headers.getSetCookie() };
}

/** As a browser sends them back. */
function jar(cookies: string[]): Record<string, string> {
  return { cookie: cookies.map((one) => one.split(";")[0]).join("; ") };
}

async function readsFromReplica(app: AppProcess): Promise<void> {
  await waitUntil(async () => (await ask(app, "/read")).role === "replica", "a replica to be read");
}

it("shows a client its write on another server, 0 of 200 stale, while strangers read replicas", async () => {
  const [one, other] = await Promise.all([start(), start()]);
  await Promise.all([readsFromReplica(one), readsFromReplica(other)]);
  await cluster.replicas[0]!.pauseReplay();
  try {
    let stale = 0;
    for (let value = 1; value <= 200; value++) {
      const { cookies } = await ask(one, `/write?value=${value}`);
      const read = await ask(other, "/read", jar(cookies));
      if (read.value !== value) stale++;
    }
    expect(stale).toBe(0);
    expect((await ask(other, "/read")).role).toBe("replica");
  } finally {
    await cluster.replicas[0]!.resumeReplay();
  }
});

it("gives the cookie to writers only, beside the app's own, closed to scripts and to other sites", async () => {
  const app = await start();
  const { cookies } = await ask(app, "/write?value=7");
  expect(cookies[0]).toBe("basket=1");
  expect(cookies[1]).toMatch(
    /^spillway=1\.main~1~[0-9a-z]+\.[\w-]{22}; Path=\/; Max-Age=60; HttpOnly; SameSite=Lax$/,
  );
  expect((await ask(app, "/read")).cookies).toEqual([]);
  const response = await fetch(`${app.url}/write?value=8`, { headers: { "x-forwarded-proto": "https" } });
  expect(response.headers.getSetCookie()[1]).toMatch(/; Secure$/);
});

it("keeps the rest of a request that has written at the primary", async () => {
  const app = await start();
  await readsFromReplica(app);
  expect(await ask(app, "/write?value=9")).toMatchObject({ value: 9, role: "primary", reason: "pinned" });
});

it("takes the token from the header as well, and ignores one that was not signed", async () => {
  const app = await start();
  await readsFromReplica(app);
  for (const replica of cluster.replicas) await replica.pauseReplay();
  try {
    const { cookies } = await ask(app, "/write?value=10");
    const token = jar(cookies)["cookie"]!.split("spillway=")[1]!;
    expect(await ask(app, "/read", { "x-spillway-token": token })).toMatchObject({
      value: 10,
      role: "primary",
    });
    const forged = token.replace(/~[0-9a-z]+\./, "~x.");
    expect(await ask(app, "/read", { "x-spillway-token": forged })).toMatchObject({ role: "replica" });
  } finally {
    for (const replica of cluster.replicas) await replica.resumeReplay();
  }
});

it("accepts a token of the secret before, while it is being replaced", async () => {
  const old = await start();
  const young = await start({ SPILLWAY_SECRET: `a wholly new secret,${secret}` });
  await readsFromReplica(young);
  for (const replica of cluster.replicas) await replica.pauseReplay();
  try {
    const { cookies } = await ask(old, "/write?value=11");
    expect(await ask(young, "/read", jar(cookies))).toMatchObject({ value: 11, role: "primary" });
  } finally {
    for (const replica of cluster.replicas) await replica.resumeReplay();
  }
});

it("warns once when there is no secret, and serves all the same", async () => {
  const app = await start({ SPILLWAY_SECRET: "" });
  for (let value = 1; value <= 3; value++)
    expect((await ask(app, `/write?value=${value}`)).cookies).toEqual(["basket=1"]);
  expect(app.output().match(/SPILLWAY_SECRET_MISSING/g)).toHaveLength(1);
});
