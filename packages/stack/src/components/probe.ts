// Questions on the serving path, for whatever speaks HTTP.

import { request } from "node:http";
import type { ProbeResult } from "./component.ts";

export interface HttpQuestion {
  port: number;
  path: string;
  timeoutMs: number;
  host?: string;
  headers?: Record<string, string>;
  /** Which statuses mean that it serves. Default: any below 500. */
  serves?: (status: number) => boolean;
}

/** Asks once, on a connection of its own, and reads the status only. */
export function askHttp(question: HttpQuestion): Promise<ProbeResult> {
  const { port, path, timeoutMs, host = "127.0.0.1", serves = (status) => status < 500 } = question;
  return new Promise((resolve) => {
    const done = (result: ProbeResult): void => {
      clearTimeout(timer);
      asked.destroy();
      resolve(result);
    };
    const asked = request({
      host,
      port,
      path,
      agent: false,
      headers: { "user-agent": "spillway-probe", ...question.headers },
    });
    const timer = setTimeout(
      () => done({ state: "silent", reason: `no answer on ${path} within ${timeoutMs} ms` }),
      timeoutMs,
    );
    asked.once("response", ({ statusCode = 0 }) =>
      done(
        serves(statusCode)
          ? { state: "ready" }
          : { state: "unready", reason: `status ${statusCode} on ${path}` },
      ),
    );
    asked.on("error", (error) => done({ state: "unready", reason: error.message }));
    asked.end();
  });
}
