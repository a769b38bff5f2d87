// The protocol holds in every family, each explored to its end; without any one of its rules it does not.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { explore, type Bounds, type Exploration } from "./explore.ts";
import { families, familyNames, type FamilyName } from "./families.ts";
import { equivalents, mutants, type Mutant } from "./mutants.ts";
import { protocol } from "./protocol.ts";
import { allRulesBut, ruleNames, rules, type RuleName } from "./rules.ts";

function run(family: FamilyName, without?: RuleName, bounds?: Bounds): Exploration {
  return explore(protocol(families[family], allRulesBut(without)), bounds);
}

function row({ without, family, violates, steps }: Mutant): string {
  return `| ${rules[without].point} | \`${without}\` | \`${family}\` | \`${violates}\` | ${steps} |`;
}

describe("the protocol with all of its rules", () => {
  it.each(familyNames)("holds in every state of the family %s", (name) => {
    const { complete, histories, states } = run(name);
    expect(complete).toBe(true);
    expect(states).toBeGreaterThan(1000);
    expect(Object.fromEntries(histories)).toEqual({});
  });
});

describe("a protocol that lacks a rule", () => {
  it.each(mutants)("is convicted: $without of $violates in $steps steps", (mutant) => {
    const { histories } = run(mutant.family, mutant.without, { until: mutant.violates });
    // The last line of a history is what was seen.
    expect(histories.get(mutant.violates)).toHaveLength(mutant.steps + 1);
  });

  it.each(equivalents)("is as good where another rule does the same work: $without", (equivalent) => {
    for (const family of equivalent.families) {
      const { complete, histories } = run(family, equivalent.without);
      expect(complete).toBe(true);
      expect(Object.fromEntries(histories)).toEqual({});
    }
  });

  it("is tried for every rule", () => {
    const tried = new Set([...mutants, ...equivalents].map(({ without }) => without));
    expect(ruleNames.filter((name) => !tried.has(name))).toEqual([]);
  });

  it("is listed in the README as it was found", () => {
    const readme = readFileSync(new URL("README.md", import.meta.url), "utf8");
    const listed = readme.split("\n").filter((line) => /^\| \d/.test(line));
    expect(listed.map((line) => line.replaceAll(/ +/g, " "))).toEqual(mutants.map(row));
  });
});
