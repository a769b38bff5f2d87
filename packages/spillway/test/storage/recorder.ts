// Stands between a storage and S3: passes everything on as it comes, and writes down what was asked and what was cut.

import { once } from "node:events";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import type { S3Server } from "../../../../testing/s3-server.ts";

export interface Recorder extends AsyncDisposable {
  url: string;
  /** `PUT /bucket/key?query`, in the order they came. */
  asked: string[];
  /** Those whose answer was not wanted to its end. */
  cut: string[];
}

export async function recorderOf(s3: S3Server): Promise<Recorder> {
  const asked: string[] = [];
  const cut: string[] = [];
  const server = createServer((incoming, outgoing) => {
    const { method, url: path, headers } = incoming;
    asked.push(`${method} ${path}`);
    // The host stays as it was asked for: it is part of the signature.
    const passed = request(
      { host: "127.0.0.1", port: s3.port, method, path, headers, agent: false },
      (answer) => {
        outgoing.writeHead(answer.statusCode!, answer.headers);
        answer.pipe(outgoing);
        answer.on("error", () => outgoing.destroy());
      },
    );
    passed.on("error", () => outgoing.destroy());
    incoming.pipe(passed);
    outgoing.on("close", () => {
      if (outgoing.writableFinished) return;
      cut.push(`${method} ${path}`);
      passed.destroy();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const close = async (): Promise<void> => {
    server.close();
    server.closeAllConnections();
  };
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, asked, cut, [Symbol.asyncDispose]: close };
}
