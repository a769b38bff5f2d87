// The Prisma client of schema.prisma, generated when a test needs it. It is not there when types are checked,
// so this says what the tests call of it.

import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { PrismaPg } from "@prisma/adapter-pg";

interface Where {
  where: { id: number };
}

interface Item {
  id: number;
  value: number;
}

export interface PrismaStatements {
  item: {
    findUnique(query: Where): Promise<Item | null>;
    create(query: { data: Item }): Promise<Item>;
    update(query: Where & { data: { value: number } }): Promise<Item>;
    upsert(query: Where & { create: Item; update: { value: { increment: number } } }): Promise<Item>;
  };
  answer: { findUniqueOrThrow(query: Where): Promise<{ port: number }> };
  $queryRaw<Row>(text: TemplateStringsArray, ...values: unknown[]): Promise<Row[]>;
  $queryRawUnsafe<Row>(text: string): Promise<Row[]>;
  $executeRawUnsafe(text: string): Promise<number>;
}

export interface PrismaClient extends PrismaStatements {
  $transaction(
    work: (inside: PrismaStatements) => Promise<void>,
    options?: { isolationLevel: "Serializable" },
  ): Promise<void>;
  $disconnect(): Promise<void>;
}

interface Generated {
  PrismaClient: new (options: { adapter: PrismaPg }) => PrismaClient;
  Prisma: { PrismaClientKnownRequestError: new () => Error & { code: string } };
}

const folder = dirname(fileURLToPath(import.meta.url));

/** Generates the client, in under a second, and loads it. */
export async function generateClient(): Promise<Generated> {
  const prisma = createRequire(import.meta.url).resolve("prisma/build/index.js");
  // The schema engine would be fetched from the network; to generate, none is needed.
  const env = { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: "/bin/true", CHECKPOINT_DISABLE: "1" };
  const args = [prisma, "generate", "--schema", join(folder, "schema.prisma")];
  execFileSync(process.execPath, args, { cwd: folder, env, stdio: ["ignore", "ignore", "pipe"] });
  const generated = "./dist/prisma/client.ts";
  return (await import(generated)) as Generated;
}
