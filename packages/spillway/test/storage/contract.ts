// What holds of every storage, wherever its bytes lie.

import { describe } from "vitest";
import { objectsContract } from "./objects-contract.ts";
import { putContract } from "./put-contract.ts";
import { responseContract } from "./response-contract.ts";
import { type Ground, stage } from "./stage.ts";
import { typesContract } from "./types-contract.ts";

export function storageContract(where: string, prepare: () => Promise<Ground>): void {
  describe(`storage ${where}`, () => {
    const on = stage(prepare);
    putContract(on);
    typesContract(on);
    objectsContract(on);
  });
  responseContract(where, prepare);
}
