// The story of a stack, told with the real store through the real command line: it comes up, sells, grows,
// loses each of its parts in turn, and goes on. The chapters build on each other and run in order.

import { existsSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { runtimeFolder, systemFolder } from "../src/state/folder.ts";
import type { Event } from "../src/supervisor/events.ts";
import { serverStatus } from "./helpers/balancer.ts";
import { openBrowser } from "./helpers/browser.ts";
import { sendForm } from "./helpers/form.ts";
import { heldBack } from "./helpers/held-back.ts";
import { cutOff, startLoad } from "./helpers/load.ts";
import { mentioning, processesOf, replaced, stillLiving, successor } from "./helpers/processes.ts";
import { type Purchase, browseAndBuy } from "./helpers/purchase.ts";
import { routed } from "./helpers/routed.ts";
import { type Answer, cacheStatus, get, servedBy } from "./helpers/shop.ts";
import { Store } from "./helpers/store.ts";
import { until } from "./helpers/until.ts";

const servers = ["app-1", "app-2", "app-3"];
const replicas = ["replica-1", "replica-2"];
const edges = ["edge-1", "edge-2"];
const recoveryMs = 20_000;
/** Eight pixels by six. */
const greenPng = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAGCAMAAADJ2y/JAAAAA1BMVEUsWkypEzo7AAAADElEQVQI12NgIAcAAAA2AAFnV6ZyAAAAAElFTkSuQmCC",
  "base64",
);

let store: Store;
let url: string;
let purchase: Purchase;
let stockBefore: number;
/** The first chapter that went wrong; what follows could only repeat it. */
let broken: string | undefined;

beforeAll(() => {
  store = new Store();
});
beforeEach(() => {
  if (broken !== undefined) throw new Error(`the story broke off at "${broken}"`);
});
afterEach(({ task }) => {
  if (task.result?.state === "fail") broken ??= task.name;
});
afterAll(async () => {
  await store?.remove();
});

const portOf = (name: string): number => store.state.ports[name]!;

async function stockOf(server: string): Promise<number> {
  const rows = await store.query<{ stock: number }>(
    server,
    `SELECT stock FROM products WHERE id = ${purchase.productId}`,
  );
  return rows[0]!.stock;
}

async function hasOrder(server: string): Promise<boolean> {
  const rows = await store.query<{ quantity: number }>(
    server,
    `SELECT quantity FROM orders JOIN order_items ON order_id = orders.id WHERE orders.id = '${purchase.orderId}'`,
  );
  return rows.length === 1 && rows[0]!.quantity === purchase.quantity;
}

/** Everything is ready, both edges sell, and what was bought is known to every database. */
async function shopIsWhole(): Promise<boolean> {
  const { state } = await store.status();
  if (state !== "ready") return false;
  const pages = await Promise.all(
    edges.map((edge) => get(`http://127.0.0.1:${portOf(edge)}/products/${purchase.productId}`)),
  );
  const known = await Promise.all(["primary", ...replicas].map(hasOrder));
  return pages.every(({ status }) => status === 200) && known.every(Boolean);
}

/** True when the shop is whole; throws when it does not get so in time. */
function becomesWhole(): Promise<boolean> {
  return until(shopIsWhole, { what: "the shop to be whole", timeoutMs: recoveryMs });
}

test("`up --detach` starts every tier of the store", async () => {
  expect(await store.spillway("up", "--detach")).toContain("ready in");
  const status = await store.status();
  expect(status.state).toBe("ready");
  const roles = status.components.map(({ role }) => role);
  expect(Object.groupBy(roles, (role) => role)).toMatchObject({
    primary: { length: 1 },
    replica: { length: 2 },
    cache: { length: 1 },
    storage: { length: 1 },
    app: { length: 3 },
    balancer: { length: 1 },
    edge: { length: 2 },
  });
  expect(status.components.filter(({ state }) => state !== "ready")).toEqual([]);
  const replication = status.components.filter(({ role }) => role === "replica");
  for (const one of replication) expect(one).toMatchObject({ replication: { state: "streaming" } });
  url = status.url!;
});

test("who only looks is answered by the replicas", async () => {
  // A server's first request finds it without a word from any replica yet.
  const allRead = async (): Promise<boolean> => {
    // What is searched for is not cached.
    await get(`${url}/search?q=mug`);
    const counts = await Promise.all(servers.map((server) => routed(store, [server], replicas)));
    const reads = (at: number, replica: string): number => counts[at]![replica]!["read"] ?? 0;
    return (
      servers.every((_, at) => replicas.some((replica) => reads(at, replica) > 0)) &&
      replicas.every((replica) => servers.some((_, at) => reads(at, replica) > 0))
    );
  };
  const what = "each server to read a replica, and each replica to be read";
  expect(await until(allRead, { what, timeoutMs: 10_000 })).toBe(true);
});

test("with replicas that are behind, a customer buys a mug and each page knows the last step", async () => {
  const customer = await openBrowser();
  try {
    const before = await store.query<{ id: number; stock: number }>(
      "primary",
      "SELECT id, stock FROM products",
    );
    purchase = await heldBack(store, replicas, () => browseAndBuy(customer.page, url));
    stockBefore = before.find(({ id }) => id === purchase.productId)!.stock;
    expect(customer.problems).toEqual([]);
  } finally {
    await customer.close();
  }
  const counts = await routed(store, servers, ["primary", ...replicas]);
  expect(counts["primary"]).toMatchObject({ behind: expect.any(Number), transaction: expect.any(Number) });
  for (const name of replicas) expect(Object.keys(counts[name]!), name).toEqual(["read"]);
  // No query that is run once per row, no secret that is missing, no replica that is of no use.
  for (const name of servers)
    expect(readFileSync(store.file(`${name}/log`), "utf8"), name).not.toContain("SpillwayWarning");
});

test("the order and the lower stock are in the primary and in both replicas", async () => {
  for (const server of ["primary", ...replicas]) {
    await until(() => hasOrder(server), { what: `the order in ${server}`, timeoutMs: 2_000 });
    expect(await stockOf(server)).toBe(stockBefore - purchase.quantity);
  }
});

test("an edge keeps pictures for ever, and pages of a visitor's own never", async () => {
  const home = await get(url);
  const picture = url + /\/api\/images\/[a-z0-9-]+/.exec(home.body)![0];
  await get(picture);
  const again = await get(picture);
  expect(again.status).toBe(200);
  expect(cacheStatus(again)).toMatch(/^edge-1; hit/);
  expect(again.headers["cache-control"]).toContain("immutable");
  expect(again.body).toMatch(/^RIFF.{4}WEBP/s);
  const pages = [`/products/${purchase.productId}`, "/cart", "/checkout", "/admin"];
  for (const path of [...pages, "/api/healthz"]) {
    await get(url + path);
    const page = await get(url + path);
    expect(page.status, path).toBe(200);
    expect(cacheStatus(page), path).not.toContain("hit");
  }
});

test("both edges keep listings for who has no cart, until a product changes in psql", async () => {
  const { components } = await store.status();
  const caches = components.filter(({ role }) => role === "edge");
  const listings = ["/", "/categories/mugs", "/api/products?category=mugs"];
  const ask = (port: number, path: string, headers: Record<string, string> = {}): Promise<Answer> =>
    get(`http://127.0.0.1:${port}${path}`, headers);
  const allHit = async (): Promise<boolean> => {
    const answers = await Promise.all(caches.flatMap(({ port }) => listings.map((path) => ask(port, path))));
    return answers.every((answer) => cacheStatus(answer).includes("; hit"));
  };
  expect(await until(allHit, { what: "both edges to keep the listings", timeoutMs: 10_000 })).toBe(true);
  for (const path of listings.slice(0, 2)) {
    const own = await ask(caches[0]!.port, path, { cookie: "cart=none" });
    expect(cacheStatus(own), path).not.toContain("; hit");
  }
  const { products } = JSON.parse((await ask(caches[0]!.port, listings[2]!)).body) as {
    products: { id: number }[];
  };
  const name = `Mug of ${Date.now()}`;
  await store.query("primary", `UPDATE products SET name = '${name}' WHERE id = ${products[0]!.id}`);
  const showIt = async (): Promise<boolean> => {
    const shown = listings.slice(1).flatMap((path) => caches.map(({ port }) => ask(port, path)));
    return (await Promise.all(shown)).every(({ body }) => body.includes(name));
  };
  expect(await until(showIt, { what: "the new name at both edges", timeoutMs: 5_000 })).toBe(true);
  expect(await until(allHit, { what: "both edges to keep the listings again", timeoutMs: 5_000 })).toBe(true);
});

test("a picture sent through the admin page is shown and kept at both edges, and text called one changes nothing", async () => {
  const listing = await get(`${url}/api/products?category=mugs`);
  const { products } = JSON.parse(listing.body) as { products: { id: number; imageUrl: string }[] };
  const { id, imageUrl: before } = products[0]!;
  const form = `${url}/admin/products/${id}`;
  const paths = [`/products/${id}`, "/categories/mugs", "/api/products?category=mugs"];
  const atEdges = (path: string): Promise<Answer[]> =>
    Promise.all(edges.map((edge) => get(`http://127.0.0.1:${portOf(edge)}${path}`)));
  const show = async (picture: string): Promise<boolean> =>
    (await Promise.all(paths.map(atEdges))).flat().every(({ body }) => body.includes(picture));

  const text = new File(["Not a picture."], "mug.png", { type: "image/png" });
  expect(await sendForm(form, "picture", text)).toContain("This is not a WebP, JPEG or PNG picture.");
  const rows = await store.query("primary", `SELECT image_id FROM products WHERE id = ${id}`);
  expect(rows).toEqual([{ image_id: before.replace("/api/images/", "") }]);
  expect(await show(before)).toBe(true);

  const saved = await sendForm(form, "picture", new File([greenPng], "mug.png"));
  expect(saved).toContain("Saved.");
  const after = /\/api\/images\/[0-9a-f]{64}/.exec(saved)![0];
  const what = "the new picture at both edges";
  expect(await until(() => show(after), { what, timeoutMs: 5_000 })).toBe(true);
  await atEdges(after);
  for (const picture of await atEdges(after)) {
    expect(cacheStatus(picture)).toContain("; hit");
    expect(picture.body).toMatch(/^RIFF.{4}WEBP/s);
    expect(picture.headers).toMatchObject({
      "content-type": "image/webp",
      "cache-control": "public, max-age=31536000, immutable",
      "x-content-type-options": "nosniff",
    });
  }
});

test("scripts and styles come from storage, at both edges, packed for who can read that", async () => {
  const { body } = await get(url);
  for (const extension of ["js", "css"]) {
    const path = new RegExp(`/_next/static/[^"]+\\.${extension}`).exec(body)![0];
    const type = extension === "js" ? "text/javascript" : "text/css";
    for (const edge of edges) {
      const asked = (): Promise<Answer> =>
        get(`http://127.0.0.1:${portOf(edge)}${path}`, { "accept-encoding": "gzip" });
      await asked();
      const again = await asked();
      expect(cacheStatus(again)).toContain("; hit");
      expect(again.headers).toMatchObject({
        "content-type": `${type}; charset=utf-8`,
        "content-encoding": "gzip",
        "cache-control": "public, max-age=31536000, immutable",
        // Said of what comes from storage alone.
        "x-content-type-options": "nosniff",
      });
    }
  }
});

test("the order is shown to nobody but who placed it", async () => {
  expect((await get(`${url}/orders/${purchase.orderId}`)).status).toBe(404);
});

/** Which servers answer pages, asked until all of `wanted` have, or often enough to say that they do not. */
async function answering(wanted: readonly string[]): Promise<string[]> {
  const seen = new Set<string>();
  for (let asked = 0; asked < 100 && !wanted.every((name) => seen.has(name)); asked++) {
    seen.add(servedBy(await get(`${url}/cart`)) ?? "nobody");
  }
  return [...seen].toSorted();
}

test("all three servers answer", async () => {
  expect(await answering(servers)).toEqual(servers);
});

test("growing to five servers and back under load fails no request", async () => {
  const loads = [
    startLoad({
      port: portOf("edge-1"),
      rps: 80,
      postShare: 0.2,
      path: (n) => (n % 2 === 0 ? "/api/healthz" : "/api/products?category=mugs&limit=3"),
      // Refused for what it says, after the server has read all of it; nothing is changed.
      postPath: "/api/products",
    }),
    // Slow ones, so that every server that leaves has some in flight; an edge would hold them back.
    startLoad({ port: portOf("balancer"), rps: 30, postShare: 1, path: "/api/products", bodyMs: 800 }),
  ] as const;
  const grown = JSON.parse(await store.spillway("scale", "app=5", "--json")) as unknown;
  const five = await answering([...servers, "app-4", "app-5"]);
  const soFar = loads[1].sent;
  await until(() => loads[1].sent > soFar + 30, { what: "load on all five", timeoutMs: 5_000 });
  const shrunk = JSON.parse(await store.spillway("scale", "app=3", "--json")) as unknown;
  const results = await Promise.all(loads.map((load) => load.stop()));
  expect(results.flatMap(({ failed }) => failed)).toEqual([]);
  const responses = results.flatMap((result) => result.responses);
  expect(responses.length).toBeGreaterThan(100);
  expect(responses.filter(({ status, method }) => status !== (method === "GET" ? 200 : 400))).toEqual([]);
  expect(grown).toMatchObject({ from: 3, to: 5 });
  expect(five).toEqual([...servers, "app-4", "app-5"]);
  expect(shrunk).toMatchObject({ from: 5, to: 3 });
  expect((await store.status()).components.filter(({ role }) => role === "app")).toHaveLength(3);
});

test("each server killed with -9 is back, and no GET fails meanwhile", async () => {
  // Of the balancer itself: an edge would ask again in its place.
  const path = "/api/products?category=mugs";
  const load = startLoad({ port: portOf("balancer"), rps: 100, postShare: 0, path });
  for (const name of servers) await replaced(store, name, "SIGKILL");
  const { failed, sent } = await load.stop();
  // An answer that a server had begun is lost with it; whatever had not begun is asked of another.
  expect(failed.filter(({ error }) => error !== cutOff)).toEqual([]);
  expect(failed.length).toBeLessThanOrEqual(servers.length);
  expect(sent).toBeGreaterThan(100);
  expect(await answering(servers)).toEqual(servers);
});

test.each(["balancer", ...edges, "cache", "storage", ...replicas, "primary"])(
  "%s killed with -9 is back, and the shop is whole",
  async (name) => {
    await replaced(store, name, "SIGKILL");
    expect(await becomesWhole()).toBe(true);
  },
);

test("a frozen server is out within three seconds, and is replaced", async () => {
  const load = startLoad({ port: portOf("balancer"), rps: 50, postShare: 0, path: "/api/healthz" });
  const replacing = replaced(store, "app-2", "SIGSTOP");
  await until(async () => (await serverStatus(store, "app-2"))?.startsWith("DOWN"), {
    what: "app-2 to be out",
    timeoutMs: 3_000,
  });
  const outAt = Date.now() - load.startedAt;
  await replacing;
  const { failed, responses } = await load.stop();
  // What the frozen server had begun to answer is lost with it, and nothing else.
  expect(failed.filter(({ atMs, error }) => atMs > outAt || error !== cutOff)).toEqual([]);
  // One that waits for the frozen server waits until it is replaced, which takes ten seconds.
  expect(responses.filter(({ atMs }) => atMs > outAt).length).toBeGreaterThan(100);
  expect(responses.filter(({ atMs, ms }) => atMs > outAt && ms > 2_000)).toEqual([]);
  expect(await answering(servers)).toEqual(servers);
});

test("a replica whose data is destroyed is made anew and streams", async () => {
  rmSync(realpathSync(store.file("replica-1/data")), { recursive: true, force: true });
  await replaced(store, "replica-1", "SIGKILL");
  expect(await becomesWhole()).toBe(true);
});

test("a replica whose slot is lost is made anew and streams", async () => {
  const { pid } = await store.component("replica-2");
  await until(
    async () => {
      const slot = "FROM pg_replication_slots WHERE slot_name = 'replica_2'";
      await store.query("primary", `SELECT pg_terminate_backend(active_pid) ${slot}`, "postgres");
      await store.query("primary", `SELECT pg_drop_replication_slot(slot_name) ${slot}`, "postgres");
      return true;
    },
    { what: "its slot to be dropped", timeoutMs: 5_000 },
  );
  await successor(store, "replica-2", pid!);
  expect(await becomesWhole()).toBe(true);
});

test("the supervisor killed with -9 takes nothing with it, and the next one takes over", async () => {
  const before = await processesOf(store);
  const { supervisor } = await store.status();
  process.kill(supervisor!.pid, "SIGKILL");
  await until(async () => (await store.status()).state === "orphaned", {
    what: "the status to say orphaned",
    timeoutMs: 2_000,
  });
  expect((await get(`${url}/products/${purchase.productId}`)).status).toBe(200);
  await store.spillway("up", "--detach");
  expect(stillLiving(before)).toEqual([]);
  expect((await store.status()).url).toBe(url);
  expect(await becomesWhole()).toBe(true);
});

test("`down` leaves no process", async () => {
  const before = await processesOf(store);
  // Eleven components, and the children of three databases and two edges.
  expect(before.length).toBeGreaterThan(25);
  // Root's database and edges are started with a path that has the id in it, everything else with the folder's.
  const mentions = (): string[] => [...mentioning(store.state.id), ...mentioning(store.dir)];
  expect(mentions().length).toBeGreaterThan(0);
  await store.spillway("down");
  expect(stillLiving(before)).toEqual([]);
  expect(mentions()).toEqual([]);
  await expect(get(url)).rejects.toThrow("ECONNREFUSED");
});

test("`up` again builds nothing, is quick, and has the order at the same address", async () => {
  const lines = (await store.spillway("up", "--detach", "--json")).trim().split("\n");
  const events = lines.map((line) => JSON.parse(line) as Event);
  const tiers = events.filter((event) => event.type === "tier");
  expect(tiers.map(({ tier }) => tier)).not.toContain("build");
  expect(tiers.find(({ tier }) => tier === "release")!.tookMs).toBeLessThan(3_000);
  expect((await store.status()).url).toBe(url);
  expect(await becomesWhole()).toBe(true);
  expect(await stockOf("primary")).toBe(stockBefore - purchase.quantity);
});

test("`down --wipe` deletes all of it", async () => {
  const { id } = store.state;
  await store.spillway("down", "--wipe");
  const folders = [store.file(""), runtimeFolder(id), systemFolder(id)];
  expect(folders.filter((path) => existsSync(path))).toEqual([]);
});
