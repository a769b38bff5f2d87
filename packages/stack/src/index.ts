// What spillway.config.ts imports. Types and an identity function: nothing runs at import.

import type { StackConfig } from "./config/types.ts";

export type {
  AppConfig,
  BalancerConfig,
  BalancerEngine,
  CacheConfig,
  DatabaseConfig,
  EdgeConfig,
  EvictionPolicy,
  HealthConfig,
  StackConfig,
  StorageConfig,
} from "./config/types.ts";

/**
 * Gives a config its type, so that the editor completes and checks it. It returns its argument: the check of
 * values happens when a command reads the file.
 *
 * ```ts
 * import { defineStack } from "@spillway/stack";
 *
 * export default defineStack({
 *   app: { instances: 3, release: ["node scripts/migrate.ts"] },
 *   database: { replicas: 2 },
 * });
 * ```
 */
export function defineStack(config: StackConfig): StackConfig {
  return config;
}
