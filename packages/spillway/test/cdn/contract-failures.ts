// What every driver of a CDN has to do when the CDN does not accept a purge.

import { inspect } from "node:util";
import { expect, test } from "vitest";
import { SpillwayError, type SpillwayErrorCode } from "../../src/errors.ts";
import { waitUntil } from "../wait.ts";
import { type Bench, type Fault, quick, threeBatches } from "./under-test.ts";

const unavailable: Fault = { status: 503 };

export function failureContract(bench: Bench): void {
  test("wrong credentials are told at once and not tried again", async () => {
    const other = bench.cdn.driver({ ...quick, secret: "another-secret-of-nobody" });
    for (const work of [
      () => other.purgeTags(threeBatches(bench.driver)),
      () => other.purgeAll(),
      () => other.check?.(),
    ]) {
      const before = bench.server.requests.length;
      const error = await errorOf("SPILLWAY_CDN_CREDENTIALS", work());
      expectNoSecret(error, "another-secret-of-nobody");
      expect(bench.server.requests.length - before).toBe(1);
    }
    await other.close?.();
    expect(bench.server.accepted).toEqual([]);
  });

  test("a server that fails a few times is asked again until it accepts", async () => {
    bench.server.fail(unavailable, { status: 500 }, { status: 502 });
    await bench.driver.purgeTags(["a", "b"]);
    expect(bench.server.accepted).toEqual(["a", "b"]);
    expect(bench.server.requests).toHaveLength(4);
    bench.server.fail(unavailable);
    await bench.driver.purgeAll();
    expect(bench.server.purgedAll).toBe(1);
  });

  test("a server that goes on failing is an error within the bound, naming what is left", async () => {
    bench.server.fail(...always(unavailable));
    const impatient = bench.cdn.driver({ ...quick, patience: 0.4 });
    const begun = performance.now();
    const { data } = await errorOf("SPILLWAY_CDN_UNAVAILABLE", impatient.purgeTags(["a", "b"]));
    expect(data.left).toEqual(["a", "b"]);
    expect(performance.now() - begun).toBeLessThan(2_000);
    expect(bench.server.requests.length).toBeGreaterThan(1);
    await impatient.close?.();
  });

  test("only the batch that failed is sent again", async () => {
    const tags = threeBatches(bench.driver);
    bench.server.fail("ok", unavailable, "ok");
    await bench.driver.purgeTags(tags);
    expect(bench.server.accepted.toSorted()).toEqual(tags.toSorted());
    expect(bench.server.requests).toHaveLength(4);
    expect(bench.server.requests[3]?.tags).toEqual(bench.server.requests[1]?.tags);
  });

  test("a partial failure names what is left, and how much is done", async () => {
    const size = bench.driver.limits.tagsPerRequest;
    const tags = threeBatches(bench.driver);
    bench.server.fail("ok", unavailable, "ok", ...always(unavailable));
    const impatient = bench.cdn.driver({ ...quick, patience: 0.2 });
    const { data } = await errorOf("SPILLWAY_CDN_PARTIAL", impatient.purgeTags(tags));
    expect(data).toMatchObject({ done: size + 1, refused: [] });
    expect(data.left).toEqual(tags.slice(size, 2 * size));
    await impatient.close?.();
  });

  test("a batch that is refused does not keep back the others, and is not tried again", async () => {
    const size = bench.driver.limits.tagsPerRequest;
    const tags = threeBatches(bench.driver);
    bench.server.fail({ status: 404 }, unavailable);
    const { data } = await errorOf("SPILLWAY_CDN_PARTIAL", bench.driver.purgeTags(tags));
    expect(data.left).toEqual(tags.slice(0, size));
    expect(data.refused).toEqual(data.left);
    expect(bench.server.accepted.toSorted()).toEqual(tags.slice(size).toSorted());
    bench.server.fail({ status: 404 });
    const refused = await errorOf("SPILLWAY_CDN_REFUSED", bench.driver.purgeTags(["a"]));
    expect(refused.data.left).toEqual(["a"]);
  });

  test("Retry-After is honoured, and nothing is sent before", async () => {
    bench.server.fail("ok", { status: 429, retryAfter: 1 });
    await bench.driver.purgeTags(threeBatches(bench.driver));
    const [, limited, next] = bench.server.requests;
    expect(bench.server.requests).toHaveLength(4);
    expect(next!.at - limited!.at).toBeGreaterThanOrEqual(1_000);
    expect(bench.server.accepted.toSorted()).toEqual(threeBatches(bench.driver).toSorted());
  });

  test("a Retry-After beyond the bound is told at once", async () => {
    bench.server.fail({ status: 429, retryAfter: 3_600 });
    const { data } = await errorOf("SPILLWAY_CDN_RATE", bench.driver.purgeTags(["a", "b"]));
    expect(data).toMatchObject({ retryAfterSeconds: 3_600, left: ["a", "b"] });
    expect(bench.server.requests).toHaveLength(1);
  });

  test("a connection that breaks off is tried again", async () => {
    bench.server.fail("close", "close");
    await bench.driver.purgeTags(["a"]);
    expect(bench.server.accepted).toEqual(["a"]);
  });

  test("a server that does not answer is asked again after the timeout", async () => {
    bench.server.fail("hang");
    const brisk = bench.cdn.driver({ ...quick, timeout: 0.3 });
    await brisk.purgeTags(["a"]);
    expect(bench.server.accepted).toEqual(["a"]);
    bench.server.fail("hang", "hang", "hang", "hang");
    const impatient = bench.cdn.driver({ ...quick, timeout: 0.3, patience: 0 });
    await errorOf("SPILLWAY_CDN_UNAVAILABLE", impatient.purgeTags(["a"]));
    await brisk.close?.();
    await impatient.close?.();
  });

  test("an aborted purge ends with the reason of its signal, and sends nothing more", async () => {
    const reason = new Error("enough");
    const during = new AbortController();
    bench.server.fail("hang");
    const purge = bench.driver.purgeTags(["a"], { signal: during.signal });
    const ended = thrownBy(purge);
    await waitUntil(() => bench.server.requests.length === 1, "the request");
    during.abort(reason);
    const aborted = performance.now();
    expect(await ended).toBe(reason);
    // Not when the request has taken too long, which ends it as well.
    expect(performance.now() - aborted).toBeLessThan(1_000);

    const between = new AbortController();
    bench.server.fail({ status: 429, retryAfter: 2 });
    const waiting = bench.driver.purgeTags(["b"], { signal: between.signal });
    const endedToo = thrownBy(waiting);
    await waitUntil(() => bench.server.requests.length === 2, "the second request");
    between.abort(reason);
    expect(await endedToo).toBe(reason);

    await expect(bench.driver.purgeTags(["c"], { signal: between.signal })).rejects.toBe(reason);
    expect(bench.server.requests).toHaveLength(2);
  });

  test("an answer that repeats the credentials gives nothing away, nor does the driver, nor an address", async () => {
    bench.server.fail({ status: 404, echo: true });
    const refused = await errorOf("SPILLWAY_CDN_REFUSED", bench.driver.purgeTags(["a"]));
    expectNoSecret(refused, bench.cdn.secret);
    bench.server.fail({ status: 403, echo: true });
    const denied = await errorOf("SPILLWAY_CDN_CREDENTIALS", bench.driver.purgeTags(["a"]));
    expectNoSecret(denied, bench.cdn.secret);
    bench.server.fail({ status: 503, echo: true });
    const impatient = bench.cdn.driver({ ...quick, patience: 0 });
    const away = await errorOf("SPILLWAY_CDN_UNAVAILABLE", impatient.purgeTags(["a"]));
    expectNoSecret(away, bench.cdn.secret);
    await impatient.close?.();
    expectNoSecret(bench.driver, bench.cdn.secret);
    expect(bench.server.urls.join()).not.toContain(bench.cdn.secret);
  });
}

function always(fault: Fault): Fault[] {
  return Array.from({ length: 100 }, () => fault);
}

function thrownBy(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
}

/** What `work` is rejected with. */
export async function errorOf<C extends SpillwayErrorCode>(
  code: C,
  work: Promise<unknown> | undefined,
): Promise<SpillwayError<C>> {
  const error = await thrownBy(Promise.resolve(work));
  expect(error).toBeInstanceOf(SpillwayError);
  expect((error as SpillwayError).code).toBe(code);
  return error as SpillwayError<C>;
}

/** In nothing that a log line could be made of. */
function expectNoSecret(value: unknown, secret: string): void {
  expect(inspect(value, { depth: 20, showHidden: true })).not.toContain(secret);
  expect(JSON.stringify(value)).not.toContain(secret);
}
