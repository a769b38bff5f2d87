import { type Server, createServer } from "node:net";
import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import type { PortRequest } from "../topology/topology.ts";
import { findPorts } from "./ports.ts";

async function occupied(): Promise<number> {
  const server: Server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return (server.address() as { port: number }).port;
}

const asked = (key: string, more: Partial<PortRequest> = {}): PortRequest => ({
  key,
  setting: `${key}.port`,
  host: "127.0.0.1",
  ...more,
});

test("a port that was asked for and is taken is refused, and it is told by whom", async () => {
  const port = await occupied();
  await expect(findPorts([asked("edge-1", { required: port })], {})).rejects.toThrow(
    new RegExp(`^edge-1\\.port: port ${port} is taken by .*\\(pid ${process.pid}\\)`),
  );
});

test("two parts that ask for one port are told", async () => {
  const requests = [asked("a", { required: 29_871 }), asked("b", { required: 29_871 })];
  await expect(findPorts(requests, {})).rejects.toThrow(
    "b.port: port 29871 is taken by another part of this stack",
  );
});

test("last time's port is kept while it is free, and given up when it is not", async () => {
  const first = await findPorts([asked("cache"), asked("primary")], {});
  expect(await findPorts([asked("cache"), asked("primary")], first)).toEqual(first);
  const taken = await occupied();
  const { cache } = await findPorts([asked("cache")], { cache: taken });
  expect(cache).not.toBe(taken);
});

test("every part gets a port of its own", async () => {
  const requests = Array.from({ length: 30 }, (_, index) => asked(`app-${index}`));
  const found = Object.values(await findPorts(requests, {}));
  expect(new Set(found).size).toBe(30);
});
