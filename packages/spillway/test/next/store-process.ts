// A process that holds a value store: what it is asked by its parent, it looks for.

import { createValueStore } from "../../src/cache/open.ts";

const store = createValueStore({ redis: process.argv[2]! });

process.on("message", (key: string) => {
  void store.find(key, [], () => false).then((found) => process.send!(found?.value ?? null));
});
process.send!("started");
