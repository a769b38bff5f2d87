#!/usr/bin/env node
// Plain JavaScript that old Nodes can read, so that one of them gets an answer instead of a syntax error.
import process from "node:process";

const needed = 24;
if (Number(process.versions.node.split(".")[0]) < needed) {
  console.error(
    `error SPW_NODE_VERSION: Spillway needs Node ${needed} or later, found ${process.version}\n` +
      "  Install it for this project: `npm install --save-dev node@26`.",
  );
  process.exit(2);
}
const { main } = await import("../dist/cli.js");
process.exitCode = await main(process.argv.slice(2));
