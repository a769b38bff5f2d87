// What every verb of the command line is.

export interface OptionHelp {
  type: "string" | "boolean";
  multiple?: boolean;
  short?: string;
  /** How its value is called in the help: `N`, `FILE`. */
  value?: string;
  description: string;
}

export interface Invocation {
  /** The stack's folder. */
  dir: string;
  json: boolean;
  options: Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;
  positionals: readonly string[];
}

export interface CliCommand {
  name: string;
  summary: string;
  /** The form of its positionals, for the first line of its help. */
  form?: string;
  /** More about it than fits the summary. */
  details?: string;
  options: Readonly<Record<string, OptionHelp>>;
  /** The most positionals it takes. Default 0. */
  positionals?: number;
  /** Returns the exit code. */
  run(invocation: Invocation): Promise<number>;
}
