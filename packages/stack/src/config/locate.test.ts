import { expect, test } from "vitest";
import { lineOfKey } from "./locate.ts";

const text = `import { defineStack } from "@spillway/stack";
// instances: 1
export default defineStack({
  edge: { instances: 2 },
  app: {
    /* instances: 7,
    */
    "instances": 3, env: { URL: "http://app: x" },
  },
});
`;

test("a nested key is found after its parent, not in a sibling or a comment", () => {
  expect(lineOfKey(text, ["app", "instances"])).toBe(8);
  expect(lineOfKey(text, ["edge", "instances"])).toBe(4);
});

test("a key that is not written out has no line", () => {
  expect(lineOfKey(text, ["app", "health"])).toBeUndefined();
});
