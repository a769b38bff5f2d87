// What a config becomes once defaults, file, environment and flags are laid over each other.

import type {
  AppConfig,
  BalancerConfig,
  CacheConfig,
  DatabaseConfig,
  EdgeConfig,
  HealthConfig,
  StorageConfig,
} from "./types.ts";

/** Where the value of a setting came from, from weakest to strongest. */
export type Source = "default" | "detected" | "file" | "environment" | "flag";

/** Ports stay open to choice (0) until `up` picks them; everything else is decided. */
export interface Settings {
  name: string;
  app: Required<Omit<AppConfig, "health">> & { health: Required<HealthConfig> };
  edge: Required<EdgeConfig>;
  balancer: Required<BalancerConfig>;
  database: Required<DatabaseConfig>;
  cache: Required<CacheConfig>;
  storage: Required<StorageConfig>;
}

/** The settings with the source of each, by dotted path (`app.health.path`). */
export interface ResolvedConfig {
  settings: Settings;
  sources: Record<string, Source>;
  /** The config file, when there is one. */
  file?: string;
}
