// The passwords of one stack: random, in a file only its owner can read, and nowhere else.

import { randomBytes } from "node:crypto";
import { SpillwayError } from "../errors.ts";
import { readIfPresent, writeAtomically } from "./files.ts";
import type { StackFolder } from "./folder.ts";

export interface Secrets {
  /** PostgreSQL: the superuser `postgres`, used by the supervisor alone. */
  postgres: string;
  /** PostgreSQL: the role `replicator`, with which replicas stream. */
  replicator: string;
  /** PostgreSQL: the role `app`, in DATABASE_URL. */
  app: string;
  redis: string;
  s3AccessKeyId: string;
  s3SecretAccessKey: string;
  /** Sent by the edges to the storage, which answers unsigned reads to nobody else. */
  origin: string;
  /** Shown to the edges by the purger, the only one who may tell them what has ended. */
  purge: string;
  /** SPILLWAY_SECRET of the app: signs what tells its servers what a client has written. */
  token: string;
}

// Letters and digits only: they go into URLs and config files of five different grammars.
const word = (): string => randomBytes(18).toString("hex");

function newSecrets(): Secrets {
  return {
    postgres: word(),
    replicator: word(),
    app: word(),
    redis: word(),
    s3AccessKeyId: `SPW${randomBytes(8).toString("hex").toUpperCase()}`,
    s3SecretAccessKey: word(),
    origin: word(),
    purge: word(),
    token: word(),
  };
}

/** The secrets there are so far. Throws SPW_STATE_DAMAGED: new ones would not open the data of the old. */
export function knownSecrets(folder: StackFolder): Partial<Secrets> {
  const text = readIfPresent(folder.secrets);
  if (text === undefined) return {};
  try {
    return JSON.parse(text) as Partial<Secrets>;
  } catch (error) {
    // The parser's own message may quote the file.
    const problem = "it is not JSON";
    throw new SpillwayError("SPW_STATE_DAMAGED", { file: folder.secrets, problem }, { cause: error });
  }
}

/** Reads the secrets, making them the first time, and any that a newer version needs. */
export function ensureSecrets(folder: StackFolder): Secrets {
  const known = knownSecrets(folder);
  const secrets = { ...newSecrets(), ...known };
  if (Object.keys(secrets).length !== Object.keys(known).length) {
    writeAtomically(folder.secrets, `${JSON.stringify(secrets, null, 2)}\n`, 0o600);
  }
  return secrets;
}
