// What to start, and how to ask it to end.

/** A process to start. Kept as a list of arguments: nothing is ever quoted for a shell. */
export interface Command {
  file: string;
  args: readonly string[];
  cwd: string;
  /** The whole environment, save PATH, HOME, LANG and TZ, which every process gets. */
  env?: Readonly<Record<string, string>>;
  /** The user to run as, when the supervisor is root and the program refuses to be. */
  user?: { uid: number; gid: number };
}

/** How a process is asked to end. After `timeoutMs` its whole group is killed. */
export interface StopPolicy {
  signal: NodeJS.Signals;
  /** A server with children of its own ends them itself; a shell does not pass signals on. */
  to: "leader" | "group";
  timeoutMs: number;
}
