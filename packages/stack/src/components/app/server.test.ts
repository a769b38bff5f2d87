import { expect, test } from "vitest";
import { withoutShell } from "./server.ts";

test.each([
  ["node server.js", "exec node server.js"],
  [
    "./node_modules/.bin/tsx src/main.ts --flag 'a b'",
    "exec ./node_modules/.bin/tsx src/main.ts --flag 'a b'",
  ],
  ["node prepare.js && node server.js", "node prepare.js && exec node server.js"],
  ["npm run serve", "exec npm run serve"],
])("%s becomes the server itself", (script, expected) => {
  expect(withoutShell(script)).toBe(expected);
});

test.each([
  "NODE_ENV=production node server.js",
  "cd dist && cd server",
  "node a.js & node b.js",
  "node server.js | tee log",
  "if true; then node server.js; fi",
  "node a.js || node b.js",
  "(node server.js)",
])("%s is left to the shell", (script) => {
  expect(withoutShell(script)).toBe(script);
});
