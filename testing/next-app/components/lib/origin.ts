// The database of this app: a server that tells the version of a name and counts how often it was asked.

import { request } from "node:http";

/** Where nothing can be asked, as in a build, everything has the version "build". */
export async function ask(name: string): Promise<string> {
  const origin = process.env["ORIGIN"];
  if (origin === undefined) return "build";
  return versionIn(await send(`${origin}/${encodeURIComponent(name)}`, "GET", ""));
}

export async function write(name: string, version: string): Promise<void> {
  await send(`${process.env["ORIGIN"]}/${encodeURIComponent(name)}`, "POST", version);
}

export function versionIn(json: string): string {
  return (JSON.parse(json) as { version: string }).version;
}

// Not by fetch, which Next caches: a database driver is not cached either.
function send(url: string, method: string, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, agent: false }, (answer) => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (part: string) => (text += part));
      answer.on("end", () =>
        answer.statusCode === 200 ? resolve(text) : reject(new Error("The origin failed.")),
      );
      answer.on("error", reject);
    });
    sent.on("error", reject);
    sent.end(body);
  });
}
