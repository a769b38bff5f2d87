// Runs a command that must succeed.

import { spawn } from "node:child_process";

interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

interface CommandOptions {
  cwd: string;
  env?: NodeJS.ProcessEnv;
  /** Past it the command is killed. Default: two minutes. */
  timeoutMs?: number;
}

function run(
  file: string,
  args: readonly string[],
  { cwd, env = process.env, timeoutMs = 120_000 }: CommandOptions,
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, [...args], { cwd, env, timeout: timeoutMs, stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, stdout, stderr }));
  });
}

/** What it wrote to stdout. Throws with all it wrote when it failed. */
export async function succeed(
  file: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<string> {
  const { code, stdout, stderr } = await run(file, args, options);
  if (code === 0) return stdout;
  throw new Error(`${[file, ...args].join(" ")} ended with ${code}:\n${stdout}${stderr}`);
}
