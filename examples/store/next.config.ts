import type { NextConfig } from "next";
import { largestPicture } from "./src/forms/picture.ts";

/** For the other fields of a form, and for pictures that are little too large: the form itself says so then. */
const room = 2 ** 20;

const config: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  experimental: { serverActions: { bodySizeLimit: largestPicture + room } },
};

export default config;
