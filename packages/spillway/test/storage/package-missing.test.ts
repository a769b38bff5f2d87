// An app without the AWS SDK.

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const program = `
  import { registerHooks } from "node:module";
  registerHooks({
    resolve(name, context, next) {
      if (name.startsWith("@aws-sdk/")) throw new Error("Cannot find package " + name);
      return next(name, context);
    },
  });
  const { createStorage } = await import(${JSON.stringify(new URL("../../src/storage/index.ts", import.meta.url).href)});
  const storage = createStorage({ bucket: "files", region: "eu-central-1" });
  for (const call of [storage.put("a", { folder: "a", types: ["text/plain"] }), storage.presign({ folder: "a" })])
    await call.catch((error) => console.log(error.code, error.hint));
`;

test("the package that is missing is named, with the line that installs it", async () => {
  const args = ["--no-warnings", "--input-type=module", "-e", program];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  expect(stdout).toBe(
    "SPILLWAY_STORAGE_PACKAGE npm install @aws-sdk/client-s3\n" +
      "SPILLWAY_STORAGE_PACKAGE npm install @aws-sdk/s3-presigned-post\n",
  );
});
