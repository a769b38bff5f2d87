import { expect, test } from "vitest";
import { merge } from "../config/merge.ts";
import type { StackConfig } from "../config/types.ts";
import { appEnvironment, secretVariables, serverEnvironment } from "./environment.ts";
import { drawTopology, edgeUrl, nodesOf, portRequests, slotsOf } from "./topology.ts";

const settingsOf = (config: StackConfig) => merge([{ source: "file", config }]).settings;

/** Ports 1, 2, 3 … in the order they are asked for. */
function drawn(config: StackConfig) {
  const settings = settingsOf(config);
  const ports = Object.fromEntries(portRequests(settings).map(({ key }, index) => [key, index + 1]));
  return { settings, topology: drawTopology(settings, ports) };
}

const secrets = {
  postgres: "super-secret",
  replicator: "replicator-secret",
  app: "app-secret",
  redis: "redis-secret",
  s3AccessKeyId: "access-secret",
  s3SecretAccessKey: "s3-secret",
  origin: "origin-secret",
  purge: "purge-secret",
  token: "token-secret",
};

test("the default stack has one primary, two replicas, two edges and two slots for each server there may be", () => {
  const { topology } = drawn({ name: "shop" });
  const count = (role: Parameters<typeof nodesOf>[1]) => nodesOf(topology, role).length;
  expect([count("primary"), count("replica"), count("app"), count("balancer"), count("edge")]).toEqual([
    1, 2, 16, 1, 2,
  ]);
  expect(slotsOf(topology, "blue").map(({ name }) => name)).toEqual(
    Array.from({ length: 8 }, (_, index) => `app-${index + 1}`),
  );
  expect(slotsOf(topology, "green").at(0)!.name).toBe("app-9");
});

test("a request goes from edge to balancer to server to data", () => {
  const { topology } = drawn({ app: { instances: 1, maxInstances: 1 } });
  const upstreams = Object.fromEntries(topology.nodes.map((node) => [node.name, node.upstreams]));
  expect(upstreams["edge-1"]).toEqual(["balancer", "storage"]);
  expect(upstreams["balancer"]).toEqual(["app-1", "app-2"]);
  expect(upstreams["app-1"]).toEqual(["primary", "replica-1", "replica-2", "cache", "storage"]);
  expect(upstreams["replica-1"]).toEqual(["primary"]);
});

test("no two purposes share a port", () => {
  const { topology } = drawn({});
  const ports = topology.nodes.flatMap((node) => Object.values(node.ports));
  expect(new Set(ports).size).toBe(ports.length);
});

test("a port that was asked for is required, of the edges one after the other", () => {
  const requests = portRequests(settingsOf({ edge: { port: 9000 }, database: { port: 6000 } }));
  const required = requests.filter((one) => one.required !== undefined).map((one) => [one.key, one.required]);
  expect(required).toEqual([
    ["primary", 6000],
    ["edge-1", 9000],
    ["edge-2", 9001],
  ]);
});

test("only the edges listen where they are told; all else stays on this machine", () => {
  const requests = portRequests(settingsOf({ edge: { host: "0.0.0.0" } }));
  for (const { key, host } of requests)
    expect(host, key).toBe(/^edge-\d(\.cdn)?$/.test(key) ? "0.0.0.0" : "127.0.0.1");
});

test("the address for users is one they can type, wherever the edge listens", () => {
  for (const [host, shown] of [
    ["0.0.0.0", "127.0.0.1"],
    ["127.0.0.1", "127.0.0.1"],
    ["::", "[::1]"],
    ["::1", "[::1]"],
  ]) {
    const { settings, topology } = drawn({ edge: { host: host! } });
    expect(edgeUrl(settings, topology)).toMatch(
      new RegExp(`^http://${shown!.replaceAll(/[[\]]/g, "\\$&")}:\\d+$`),
    );
  }
});

test("the environment has the conventional names, and the app's own win", () => {
  const { settings, topology } = drawn({
    app: { env: { S3_BUCKET: "mine", EXTRA: "1" } },
    database: { replicas: 2 },
  });
  const environment = appEnvironment(settings, topology, secrets);
  expect(environment).toMatchObject({
    S3_BUCKET: "mine",
    EXTRA: "1",
    NODE_ENV: "production",
    AWS_REGION: "us-east-1",
  });
  expect(environment["DATABASE_URL"]).toMatch(/^postgres:\/\/app:app-secret@127\.0\.0\.1:\d+\/app$/);
  expect(environment["DATABASE_REPLICA_URLS"]!.split(",")).toHaveLength(2);
  expect(environment["CLOUDFRONT_DOMAIN"]).toBe(environment["CDN_URL"]!.replace("http://", ""));
});

test("every variable that holds a password is known as one", () => {
  const { settings, topology } = drawn({});
  const environment = appEnvironment(settings, topology, secrets);
  const holding = Object.entries(environment)
    .filter(([, value]) => value.includes("-secret"))
    .map(([name]) => name);
  expect(holding.toSorted()).toEqual([...secretVariables].toSorted());
});

test("without replicas no replica is promised", () => {
  const { settings, topology } = drawn({ database: { replicas: 0 } });
  expect(
    Object.keys(appEnvironment(settings, topology, secrets)).filter((name) => name.includes("REPLICA")),
  ).toEqual([]);
});

test("each server has its own name and ports", () => {
  const { settings, topology } = drawn({});
  const [first, second] = ["app-1", "app-2"].map((name) => serverEnvironment(settings, topology, name));
  for (const key of ["PORT", "INSTANCE_ID", "SPILLWAY_PRIVATE_PORT"])
    expect(first![key]).not.toBe(second![key]);
});
