// Cache Components, and one life of our own that is short enough to be waited for.

import type { NextConfig } from "next";

const config: NextConfig = {
  cacheComponents: true,
  partialPrefetching: true,
  cacheLife: { brief: { stale: 0, revalidate: 1, expire: 3600 } },
};

export default config;
