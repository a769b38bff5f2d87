// The adapter that Next.js calls with its config (Next.js documentation, "adapterPath"), at the build and at the start.

import { createHash } from "node:crypto";
import { warn } from "../warnings.ts";
import { writeHandlerFiles } from "./handler-files.ts";

/** What of Next.js's config is touched. */
interface NextConfig {
  cacheHandler?: string | undefined;
  cacheHandlers?: Record<string, string | undefined> | undefined;
  compress?: boolean;
  deploymentId?: string | undefined;
  images?: { customCacheHandler?: boolean | undefined };
  distDir?: string | undefined;
  output?: string | undefined;
}

interface ModifyContext {
  phase: string;
  /** The app's folder; 16.2 does not tell it. */
  projectDir?: string;
}

/**
 * Makes a stock Next.js app right on many servers: both of its caches on `spillway/cache`, the id of the deployment, and
 * one key for Server Actions. What the app sets itself stays, and is named in a warning.
 */
const adapter = {
  name: "spillway",

  async modifyConfig<T extends NextConfig>(
    config: T,
    { phase, projectDir = process.cwd() }: ModifyContext,
  ): Promise<T> {
    if (phase === "phase-development-server" || config.output === "export") return config;
    const files = writeHandlerFiles(projectDir);
    shareActionsKey();
    // A build needs nothing of it.
    const isServer = phase === "phase-production-server";
    if (isServer) (await import("./offer.ts")).offerRuntime();
    const changed: NextConfig = { ...config, images: { ...config.images, customCacheHandler: true } };
    // The balancer does, in C and off the server's cores.
    if (process.env["SPILLWAY_COMPRESSED"] === "1") changed.compress = false;
    // Where the build was put aside, lest the next one takes its place while it is served.
    const build = process.env["SPILLWAY_NEXT_BUILD"];
    if (isServer && build) changed.distDir = build;
    if (isOthers(config.cacheHandler, files.incremental)) told("cacheHandler");
    else changed.cacheHandler = files.incremental;
    const kinds = Object.entries(config.cacheHandlers ?? {});
    if (kinds.some(([, file]) => isOthers(file, files.useCache))) told("cacheHandlers");
    else changed.cacheHandlers = { ...config.cacheHandlers, default: files.useCache, remote: files.useCache };
    const deployment = process.env["NEXT_DEPLOYMENT_ID"];
    if (!config.deploymentId && deployment) changed.deploymentId = deployment;
    process.env["NEXT_DEPLOYMENT_ID"] = changed.deploymentId ?? "";
    return changed as T;
  },
};

function isOthers(file: string | undefined, ours: string): boolean {
  return file !== undefined && file !== ours;
}

function told(setting: string): void {
  warn("SPILLWAY_NEXT_SETTING", `the app's own ${setting} stays: it has to be shared by all servers itself`);
}

/** Every server has to read what any of them has sealed: the key is made of the secret that they share. */
function shareActionsKey(): void {
  const secret = process.env["SPILLWAY_SECRET"] ?? "";
  if (process.env["NEXT_SERVER_ACTIONS_ENCRYPTION_KEY"] || secret === "") return;
  const key = createHash("sha256").update(`server actions ${secret}`).digest("base64");
  process.env["NEXT_SERVER_ACTIONS_ENCRYPTION_KEY"] = key;
}

export { endDeployment } from "./end-deployment.ts";
export { handlerVersion } from "./handler-files.ts";
export { type Build, noteBuild } from "../coherence/shared-log/built.ts";

export default adapter;
