// The contract on the stack's S3 server.

import { rmSync } from "node:fs";
import { join } from "node:path";
import { vi } from "vitest";
import { S3Server, startS3 } from "../../../../testing/s3-server.ts";
import { createStorage } from "../../src/storage/index.ts";
import { storageContract } from "./contract.ts";
import type { Ground } from "./stage.ts";

async function prepare(): Promise<Ground> {
  const s3: S3Server = await startS3();
  for (const [name, value] of Object.entries(s3.environment)) vi.stubEnv(name, value);
  return {
    open: (settings = {}) => createStorage(settings),
    keys: () => s3.keys(),
    clear: () => {
      for (const key of s3.keys())
        rmSync(join(s3.folder, s3.bucket, key.split("/")[0]!), { recursive: true, force: true });
    },
    remove: () => s3.remove(),
  };
}

storageContract("in S3", prepare);
