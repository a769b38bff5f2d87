// The clients that are compared. What each opens is closed with the stack it is given.

import { PrismaPg } from "@prisma/adapter-pg";
import { readReplicas } from "@prisma/extension-read-replicas";
import { eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/node-postgres";
import { withReplicas } from "drizzle-orm/pg-core";
import { Pool, type PoolConfig } from "pg";
import postgres from "postgres";
import { SpillwayPool, type SpillwayPoolConfig } from "../../packages/spillway/src/database/index.ts";
import {
  generateClient,
  type PrismaClient as Generated,
} from "../../packages/spillway/test/database/prisma-client.ts";
import type { Cluster } from "../../testing/postgres-cluster.ts";
import { item } from "./table.ts";

/** What the users of an ORM do with the table. */
export interface Items {
  read: (id: number) => Promise<number | undefined>;
  write: (id: number, value: number) => Promise<unknown>;
  insert: (id: number) => Promise<unknown>;
}

/** What the tests do not call of the generated client. */
interface Prisma extends Generated {
  $extends(extension: unknown): Prisma;
  item: Generated["item"] & { findFirst: Generated["item"]["findUnique"] };
}

export class Clients {
  readonly #cluster: Cluster;
  readonly #opened: AsyncDisposableStack;

  constructor(cluster: Cluster, opened: AsyncDisposableStack) {
    this.#cluster = cluster;
    this.#opened = opened;
  }

  /** Of the primary, or of another address. */
  pg(config: PoolConfig = {}): Pool {
    const pool = new Pool({ connectionString: this.#cluster.primary.url, ...config });
    return this.#opened.adopt(pool, (one) => one.end());
  }

  /** With the replicas. */
  spillway(config: SpillwayPoolConfig = {}): SpillwayPool {
    const pool = new SpillwayPool({
      connectionString: this.#cluster.primary.url,
      replicas: this.#urls,
      ...config,
    });
    return this.#opened.adopt(pool, (one) => one.end());
  }

  postgresJs(): postgres.Sql {
    return this.#opened.adopt(postgres(this.#cluster.primary.url), (sql) => sql.end());
  }

  drizzleWithReplicas(): Items {
    const [first, second] = this.#urls.map((connectionString) =>
      drizzle({ client: this.pg({ connectionString }) }),
    );
    return drizzleItems(withReplicas(drizzle({ client: this.pg() }), [first!, second!]));
  }

  drizzleOn(pool: Pool): Items {
    return drizzleItems(drizzle({ client: pool }));
  }

  async prismaWithReplicas(): Promise<Items> {
    const [primary, ...replicas] = await Promise.all(
      [this.#cluster.primary.url, ...this.#urls].map((connectionString) =>
        this.#prisma(new PrismaPg({ connectionString })),
      ),
    );
    return prismaItems(primary!.$extends(readReplicas({ replicas: replicas as never })));
  }

  async prismaOn(pool: Pool): Promise<Items> {
    return prismaItems(await this.#prisma(new PrismaPg(pool)));
  }

  get #urls(): string[] {
    return this.#cluster.replicas.map(({ url }) => url);
  }

  async #prisma(adapter: PrismaPg): Promise<Prisma> {
    const { PrismaClient } = await generated();
    return this.#opened.adopt(new PrismaClient({ adapter }) as Prisma, (client) => client.$disconnect());
  }
}

let generating: ReturnType<typeof generateClient> | undefined;

function generated(): ReturnType<typeof generateClient> {
  return (generating ??= generateClient());
}

type Drizzle = Pick<ReturnType<typeof drizzle>, "select" | "insert" | "update">;

function drizzleItems(database: Drizzle): Items {
  return {
    read: async (id) => (await database.select().from(item).where(eq(item.id, id)))[0]?.value,
    write: (id, value) => database.update(item).set({ value }).where(eq(item.id, id)),
    insert: (id) => database.insert(item).values({ id, value: 0 }),
  };
}

function prismaItems(prisma: Prisma): Items {
  return {
    // Not findUnique, which makes one statement of all that are asked in the same tick.
    read: async (id) => (await prisma.item.findFirst({ where: { id } }))?.value,
    write: (id, value) => prisma.item.update({ where: { id }, data: { value } }),
    insert: (id) => prisma.item.create({ data: { id, value: 0 } }),
  };
}
