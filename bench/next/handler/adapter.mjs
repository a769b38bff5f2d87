// Sets the cache handler of others, as its documentation does in `next.config`: the app itself stays as it is.

import { fileURLToPath } from "node:url";

export default {
  name: "bench-handler",
  /** @param {object} config */
  modifyConfig(config) {
    const cacheHandler = fileURLToPath(new URL("cache-handler.mjs", import.meta.url));
    return { ...config, cacheHandler, cacheMaxMemorySize: 0 };
  },
};
