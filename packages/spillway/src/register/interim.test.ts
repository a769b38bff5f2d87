import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { freePort } from "../../../../testing/free-port.ts";
import { runNode } from "../../test/app-process.ts";
import { waitUntil } from "../../test/wait.ts";

/** Says what it was going to, and answers when it was told that this is done. */
const script = `
  const { createServer } = require("http");
  const answer = (request, response) => {
    response.writeProcessing(() => {
      response.writeEarlyHints({ link: "</a.css>; rel=preload; as=style" }, () => response.end("done"));
    });
    response.writeEarlyHints({ link: "</b.css>; rel=preload; as=style" });
  };
  createServer(answer).listen(process.env.PORT, "127.0.0.1", () => {
    createServer(answer).listen(process.env.OTHER_PORT, "127.0.0.1", () => console.log("both listen"));
  });`;

/** The statuses of the interim responses, and the body of the final one. */
async function ask(port: number): Promise<{ interim: number[]; body: string }> {
  const interim: number[] = [];
  const asked = request({ host: "127.0.0.1", port, agent: false });
  asked.on("information", ({ statusCode }) => interim.push(statusCode));
  asked.end();
  const [response] = (await once(asked, "response")) as [IncomingMessage];
  return { interim, body: await text(response) };
}

test("interim responses of the public server are kept back, and whoever waits for them goes on", async () => {
  const [port, otherPort] = [await freePort(), await freePort()];
  const env = { PORT: String(port), OTHER_PORT: String(otherPort), SPILLWAY_PRIVATE_PORT: "0" };
  const app = runNode(["-e", script], env);
  await waitUntil(() => app.output().includes("both listen"), "both servers", app.output);
  expect(await ask(port)).toEqual({ interim: [], body: "done" });
  expect((await ask(otherPort)).interim).toEqual([102, 103, 103]);
});
