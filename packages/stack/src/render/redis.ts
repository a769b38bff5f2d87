// The text of redis.conf. Pure.

import type { CacheConfig } from "../config/types.ts";

export interface RedisServer {
  port: number;
  password: string;
  dir: string;
  settings: Required<CacheConfig>;
}

/** A value in double quotes, as redis.conf wants one that holds spaces. */
const quote = (text: string): string => `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;

export function redisConf({ port, password, dir, settings }: RedisServer): string {
  return `# Written by spillway before every start; edits here are lost. Settings: spillway.config.ts, cache.
bind 127.0.0.1
port ${port}
requirepass ${quote(password)}
daemonize no
dir ${quote(dir)}

# What happens when memory is full. Only keys with a time to live may go; the others are refused new
# neighbours instead of being lost.
maxmemory ${settings.memoryMb}mb
maxmemory-policy ${settings.evictionPolicy}

# A restart loses at most the last second.
appendonly yes
appendfsync everysec
save ""
`;
}
