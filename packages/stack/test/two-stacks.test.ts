// Two stacks on one machine keep out of each other's way.

import { expect, test } from "vitest";
import { project, shop, small } from "./helpers/project.ts";

const answering = (text: string): Record<string, string> => ({
  ...shop,
  "server.js": `import { createServer } from "node:http";
createServer((request, response) => response.end("${text}")).listen(process.env.PORT);
`,
});

test("stacks that start at the same moment share no port, and each answers on its own", async () => {
  const stacks = [project(answering("one")), project(answering("two"))];
  await Promise.all(stacks.map((it) => it.succeed(["up", "--detach", ...small])));
  const found = await Promise.all(stacks.map((it) => it.status()));
  const ports = found.flatMap(({ components }) => components.map(({ port }) => port));
  expect(new Set(ports).size).toBe(ports.length);
  const ask = async (url: string): Promise<string> => (await fetch(url)).text();
  const asked = found.map(({ url }) => Promise.all(Array.from({ length: 20 }, () => ask(url!))));
  const answers = await Promise.all(asked);
  expect(answers).toEqual([Array(20).fill("one"), Array(20).fill("two")]);
});
