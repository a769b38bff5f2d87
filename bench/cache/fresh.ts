// How soon the others know of a commit: four processes hold a value, one of them writes. From the start of its COMMIT
// to where each of the others has it no more.

import type { Cluster } from "../../testing/postgres-cluster.ts";
import { rounded } from "../database/race.ts";
import { startChildren } from "./children.ts";
import { progress, quantile } from "./measure.ts";

const commits = 300;

export async function freshness(cluster: Cluster, redis: string): Promise<Record<string, number>> {
  progress("commits that others hear of");
  await cluster.primary.query(`
    SET ROLE app;
    CREATE TABLE product (id int PRIMARY KEY, price int NOT NULL);
    INSERT INTO product VALUES (1, 0);
  `);
  await cluster.waitForCatchup();
  await using opened = new AsyncDisposableStack();
  const [writer, ...others] = startChildren(4, opened);
  const all = [writer!, ...others];
  const servers = { redis, primary: cluster.primary.url, replicas: cluster.replicas.map(({ url }) => url) };
  await Promise.all(all.map((child) => child.run("connect", servers)));
  const delays: number[] = [];
  for (let price = 1; price <= commits; price++) {
    await Promise.all(all.map((child) => child.run("hold", null)));
    const began = await writer!.run("commit", price);
    const ended = await Promise.all(others.map((child) => child.run("untilEmpty", null)));
    delays.push(...ended.map((at) => at - began));
  }
  await Promise.all(all.map((child) => child.run("disconnect", null)));
  return { freshP50Ms: rounded(quantile(delays, 0.5)), freshP99Ms: rounded(quantile(delays, 0.99)) };
}
