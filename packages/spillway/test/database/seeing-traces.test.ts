// The trace that a statement belongs to, as the database server sees it.

import { context, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BasicTracerProvider,
  type Sampler,
} from "@opentelemetry/sdk-trace-base";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Scope, runInThisScope } from "../../src/coherence/scope.ts";
import type { SpillwayPool } from "../../src/database/index.ts";
import { seenCluster } from "./seen-cluster.ts";

const seen = seenCluster();
/** A statement that returns its own text, as the server has it. */
const ask = "SELECT query FROM pg_stat_activity WHERE pid = pg_backend_pid()";
const incoming = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
});
afterAll(() => context.disable());

async function textOf(pool: Pick<SpillwayPool, "query">): Promise<string> {
  const { rows } = await pool.query<{ query: string }>(ask);
  return rows[0]!.query;
}

function inSpan<T>(sampler: Sampler, work: (traceparent: string) => Promise<T>): Promise<T> {
  const span = new BasicTracerProvider({ sampler }).getTracer("test").startSpan("request");
  const { traceId, spanId } = span.spanContext();
  return context.with(trace.setSpan(context.active(), span), () => work(`00-${traceId}-${spanId}-01`));
}

function inRequest<T>(traceparent: string, work: () => Promise<T>): Promise<T> {
  return runInThisScope(new Scope({ traceparent }), work);
}

describe("a sampled span", () => {
  it("shows in a statement of the pool", async () => {
    const pool = await seen.startPool();
    await inSpan(new AlwaysOnSampler(), async (traceparent) => {
      expect(await textOf(pool)).toBe(`${ask} /*traceparent='${traceparent}'*/`);
      expect(await textOf(pool.primary)).toBe(`${ask} /*traceparent='${traceparent}'*/`);
    });
    expect(await textOf(pool)).toBe(ask);
  });

  it("shows in the statements of a transaction", async () => {
    const pool = await seen.startPool();
    const client = await pool.connect();
    await inSpan(new AlwaysOnSampler(), async (traceparent) => {
      await client.query("BEGIN");
      expect(await textOf(client as never)).toBe(`${ask} /*traceparent='${traceparent}'*/`);
      await client.query("COMMIT");
    });
    client.release();
  });

  it("wins over the header of the request", async () => {
    const pool = await seen.startPool();
    await inRequest(incoming, () =>
      inSpan(new AlwaysOnSampler(), async (traceparent) => {
        expect(await textOf(pool)).toContain(`/*traceparent='${traceparent}'*/`);
      }),
    );
  });

  it("leaves no prepared statement behind", async () => {
    const pool = await seen.startPool({ max: 1, budget: false });
    const add = "SELECT $1::int + 1 AS sum";
    const prepared = async (): Promise<unknown[]> =>
      (await pool.primary.query("SELECT statement FROM pg_prepared_statements WHERE statement LIKE '%sum%'"))
        .rows;
    for (const number of [1, 2, 3]) {
      await inSpan(new AlwaysOnSampler(), () => pool.primary.query(add, [number]));
    }
    expect(await prepared()).toEqual([]);
    for (const number of [1, 2, 3]) await pool.primary.query(add, [number]);
    expect(await prepared()).toEqual([{ statement: add }]);
  });

  it("does not break statements that the app names itself", async () => {
    const pool = await seen.startPool({ max: 1, budget: false });
    const query = { name: "sum", text: "SELECT $1::int + 1 AS sum", values: [1] };
    for (let index = 0; index < 3; index++) {
      const { rows } = await inSpan(new AlwaysOnSampler(), () => pool.primary.query(query));
      expect(rows).toEqual([{ sum: 2 }]);
    }
    expect((await pool.primary.query(query)).rows).toEqual([{ sum: 2 }]);
  });
});

describe("without a sampled span", () => {
  it("an unsampled one shows nothing, whatever the request came with", async () => {
    const pool = await seen.startPool();
    await inSpan(new AlwaysOffSampler(), async () => {
      expect(await textOf(pool)).toBe(ask);
      expect(await inRequest(incoming, () => textOf(pool))).toBe(ask);
    });
  });

  it("the sampled header of a request shows", async () => {
    const pool = await seen.startPool();
    expect(await inRequest(incoming, () => textOf(pool))).toBe(`${ask} /*traceparent='${incoming}'*/`);
  });

  it.each([
    ["unsampled", incoming.replace(/01$/, "00")],
    ["with an ending of its own", `${incoming}*/; DROP TABLE item; --`],
    ["with a quote for an id", "00-0af7651916cd43dd8448eb211c80319'-b7ad6b7169203331-01"],
    ["with a line behind it", `${incoming}\n`],
    ["of another version", incoming.replace(/^00/, "ff")],
    ["in capital letters", incoming.toUpperCase()],
    ["that is empty", ""],
  ])("a header %s gets nothing into the text", async (_, header) => {
    const pool = await seen.startPool();
    expect(await inRequest(header, () => textOf(pool))).toBe(ask);
  });
});
