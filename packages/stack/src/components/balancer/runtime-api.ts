// HAProxy's runtime API: one command per connection on a Unix socket (HAProxy management guide, 9.3).

import { connect } from "node:net";

const timeoutMs = 2_000;
// What it answers to a command that worked: nothing, or a remark.
const fine = /^(?:\s*$|.*(?:New server registered|Server deleted|New version created))/s;

/** Sends one command and returns the answer of a query. Throws when HAProxy refuses, or does not answer. */
export function runtimeCommand(socket: string, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = "";
    const connection = connect({ path: socket });
    connection.setEncoding("utf8");
    connection.setTimeout(timeoutMs, () =>
      connection.destroy(new Error(`HAProxy did not answer \`${command}\``)),
    );
    connection.once("connect", () => connection.write(`${command}\n`));
    connection.on("data", (text: string) => (answer += text));
    connection.once("error", reject);
    connection.once("end", () => {
      if (command.startsWith("show ") || fine.test(answer)) resolve(answer);
      else reject(new Error(`HAProxy refused \`${command}\`: ${answer.trim()}`));
    });
  });
}
