// The verbs of the command line, in the order of their help.

import type { CliCommand } from "./command.ts";
import { deploy } from "./deploy.ts";
import { doctor } from "./doctor.ts";
import { down } from "./down.ts";
import { explain } from "./explain.ts";
import { init } from "./init.ts";
import { logs } from "./logs.ts";
import { scale } from "./scale.ts";
import { status } from "./status.ts";
import { up } from "./up.ts";

export const commands: readonly CliCommand[] = [init, up, deploy, down, status, logs, scale, explain, doctor];
