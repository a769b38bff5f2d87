// The Pages Router below a base path and in two languages.

import type { NextConfig } from "next";

const config: NextConfig = {
  basePath: "/shop",
  i18n: { locales: ["en", "de"], defaultLocale: "en" },
  images: { unoptimized: true },
};

export default config;
