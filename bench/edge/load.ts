// Requests to an edge over connections that are kept, and what they take.

import { Agent, request } from "node:http";

export interface Loader {
  /** Resolves with the body. */
  get: (path: string) => Promise<string>;
  close: () => void;
}

export function loaderOf(port: number, connections: number): Loader {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const get = (path: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const asked = request({ host: "127.0.0.1", port, path, agent }, (response) => {
        let body = "";
        response.setEncoding("latin1").on("data", (text: string) => (body += text));
        response.once("error", reject);
        response.once("end", () => {
          if (response.statusCode === 200) resolve(body);
          else reject(new Error(`status ${response.statusCode} on ${path}`));
        });
      });
      asked.once("error", reject);
      asked.end();
    });
  return { get, close: () => agent.destroy() };
}

/** Milliseconds of each of the requests that were made until `isOver`. */
export async function latencies(
  atOnce: number,
  isOver: () => boolean,
  work: (index: number) => Promise<unknown>,
): Promise<number[]> {
  const all: number[] = [];
  let next = 0;
  const loop = async (): Promise<void> => {
    while (!isOver()) {
      const began = performance.now();
      await work(next++);
      all.push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, loop));
  return all;
}
