// Stock settings, and one redirect, one rewrite and one header as the configuration knows them.

import type { NextConfig } from "next";

const config: NextConfig = {
  redirects: async () => [
    { source: "/configured/away/:slug", destination: "/posts/:slug", permanent: true },
    { source: "/configured/meanwhile", destination: "/", permanent: false },
  ],
  rewrites: async () => [{ source: "/configured/as/:slug", destination: "/posts/:slug" }],
  headers: async () => [{ source: "/posts/:slug", headers: [{ key: "x-configured", value: "yes" }] }],
};

export default config;
