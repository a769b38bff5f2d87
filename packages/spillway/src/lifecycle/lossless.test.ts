// No request is lost while a process leaves under load.

import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { startApp } from "../../test/app-process.ts";
import { UpstreamClient } from "../../test/upstream-client.ts";
import { waitUntil } from "../../test/wait.ts";

/** Keeps `send` going at about `perSecond` until `stop` holds; resolves when all have ended. */
async function load(perSecond: number, send: () => Promise<void>, stop: () => boolean) {
  const running = new Set<Promise<void>>();
  const startedAt = performance.now();
  for (let sent = 0; !stop(); sent++) {
    const one: Promise<void> = send().finally(() => running.delete(one));
    running.add(one);
    const dueAt = startedAt + (sent * 1000) / perSecond;
    if (dueAt > performance.now()) await sleep(dueAt - performance.now());
  }
  await Promise.all(running);
}

function randomRequest(client: UpstreamClient): Promise<void> {
  const kind = Math.random();
  if (kind < 0.4) return client.send("POST", "/echo");
  if (kind < 0.6) return client.send("GET", `/slow?value=${Math.floor(Math.random() * 60)}`);
  return client.send("GET", "/block?value=3");
}

test("drains under keep-alive load, POSTs included, fail no request", async () => {
  const drains = 6;
  const spare = await startApp("plain");
  let leaving = await startApp("plain");
  const client = new UpstreamClient([leaving.port, spare.port]);
  let done = 0;
  const loading = load(
    60,
    () => randomRequest(client),
    () => done === drains,
  );
  while (done < drains) {
    // Many connections, most of which then idle to their end beside those in use.
    await Promise.all(Array.from({ length: 60 }, () => client.send("POST", "/echo")));
    expect((await leaving.terminate()).end).toBe(0);
    done++;
    if (done < drains) leaving = await startApp("plain", { PORT: String(leaving.port) });
  }
  await loading;
  client.close();
  expect(client.failures).toEqual([]);
  expect(client.counts.answered).toBe(client.counts.sent);
  // The load has met what it was to meet: reused connections and refusals.
  expect(client.counts.reused).toBeGreaterThan(client.counts.sent / 4);
  expect(client.counts.refused).toBeGreaterThan(drains);
}, 60_000);

test("connections that wait unseen in the accept queue at SIGTERM are served", async () => {
  const app = await startApp("plain");
  const client = new UpstreamClient([app.port]);
  await client.send("GET", "/block-later?value=400");
  await waitUntil(() => app.output().includes("blocking"), "a busy event loop");
  app.child.kill("SIGTERM");
  const waiting = Array.from({ length: 50 }, () => client.send("POST", "/echo"));
  await Promise.all(waiting);
  expect(client.failures).toEqual([]);
  expect(client.counts.answered).toBe(51);
  client.close();
  expect(await app.ended).toBe(0);
});
