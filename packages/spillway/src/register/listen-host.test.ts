import { describe, expect, test } from "vitest";
import { freePort } from "../../../../testing/free-port.ts";
import { runNode } from "../../test/app-process.ts";

/** The address on which a server that was told to `listen(…)` so really listens. */
async function addressOf(listen: string, env: Record<string, string> = {}): Promise<string> {
  const script = `
    const server = require("http").createServer();
    const port = process.env.PORT;
    server.on("listening", () => { console.log(server.address().address); server.close(); });
    server.listen(${listen});`;
  const PORT = String(await freePort());
  const running = runNode(["-e", script], { PORT, SPILLWAY_PRIVATE_PORT: "0", ...env });
  expect(await running.ended).toBe(0);
  return running.output().split("\n")[0]!;
}

const local = { SPILLWAY_LISTEN_HOST: "127.0.0.1" };

describe("a server that names no address gets the one that is given", () => {
  test.each([
    "port",
    "Number(port)",
    "port, () => {}",
    "port, undefined, () => {}",
    "{ port }",
    "{ port: Number(port), host: undefined }, () => {}",
  ])("listen(%s)", async (listen) => {
    expect(await addressOf(listen, local)).toBe("127.0.0.1");
  });
});

test("an address that the app names itself is kept", async () => {
  expect(await addressOf('port, "0.0.0.0"', local)).toBe("0.0.0.0");
  expect(await addressOf('{ port, host: "0.0.0.0" }', local)).toBe("0.0.0.0");
});

test("without the variable nothing is changed", async () => {
  expect(["::", "0.0.0.0"]).toContain(await addressOf("port"));
});

test("a server on another port is left alone", async () => {
  expect(["::", "0.0.0.0"]).toContain(await addressOf("0", local));
});
