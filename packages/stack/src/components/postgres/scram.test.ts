import { createHash, createHmac, pbkdf2Sync } from "node:crypto";
import { expect, test } from "vitest";
import { scramVerifier } from "./scram.ts";

test("the verifier follows RFC 5802 and never contains the password", () => {
  const verifier = scramVerifier("correct horse");
  expect(verifier).not.toContain("correct");
  const match = /^SCRAM-SHA-256\$4096:([^$]+)\$([^:]+):(.+)$/.exec(verifier)!;
  const salted = pbkdf2Sync("correct horse", Buffer.from(match[1]!, "base64"), 4096, 32, "sha256");
  const clientKey = createHmac("sha256", salted).update("Client Key").digest();
  expect(match[2]).toBe(createHash("sha256").update(clientKey).digest("base64"));
  expect(match[3]).toBe(createHmac("sha256", salted).update("Server Key").digest("base64"));
});

test("equal passwords have different verifiers", () => {
  expect(scramVerifier("a")).not.toBe(scramVerifier("a"));
});
