// The two small models beside the protocol, and what each of their rules is for.

import { describe, expect, it } from "vitest";
import { explore } from "./explore.ts";
import { inProcess, type InProcessRules } from "./in-process.ts";
import { nested, type NestedRules } from "./nested.ts";

describe("a cache whose loader reads a cache", () => {
  const rules: NestedRules = {
    stampIsTakenBeforeLoad: true,
    loaderReadsUnderItsStamp: true,
    innerTagsPropagate: true,
  };

  it("is fresh at rest", () => {
    const { complete, histories } = explore(nested(rules));
    expect(complete).toBe(true);
    expect(Object.fromEntries(histories)).toEqual({});
  });

  it.each(Object.keys(rules))("is stale for good without %s", (rule) => {
    const { histories } = explore(nested({ ...rules, [rule]: false }));
    expect([...histories.keys()]).toEqual(["freshAtRest"]);
  });
});

describe("a cache of one process", () => {
  const rules: InProcessRules = {
    stampIsTakenBeforeLoad: true,
    loadsAreFenced: true,
    readsCompareStamps: true,
    joinsAreNotOlder: true,
  };

  it("reads its own writes and is fresh at rest", () => {
    const { complete, histories } = explore(inProcess(rules));
    expect(complete).toBe(true);
    expect(Object.fromEntries(histories)).toEqual({});
  });

  it.each(Object.keys(rules))("loses an acknowledged write without %s", (rule) => {
    const { histories } = explore(inProcess({ ...rules, [rule]: false }));
    expect([...histories.keys()]).toContain("ownWriteInProcess");
  });
});
