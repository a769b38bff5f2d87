// Which servers there are, from settings or the environment.

import type { ClientConfig } from "pg";
import { SpillwayError } from "../../errors.ts";
import type { SpillwayPoolConfig } from "./config.ts";

export interface ServerAddress {
  /** Where it was configured, to be named in errors: `connectionString`, `DATABASE_URL`, `replicas[1]`. */
  setting: string;
  /** `host:port`, to be shown. */
  label: string;
  config: ClientConfig;
}

interface Written {
  setting: string;
  url: string;
}

const splitAddress = ["host", "port", "user", "password", "database"] as const;

/** The configured primary first. Throws SPILLWAY_DATABASE_URL and SPILLWAY_DATABASE_DUPLICATE. */
export function serverAddresses(config: SpillwayPoolConfig): ServerAddress[] {
  const addresses = [primaryAddress(config), ...writtenReplicas(config).map(addressOf)];
  const seen = new Map<string, string>();
  for (const { setting, label } of addresses) {
    const other = seen.get(label);
    if (other !== undefined)
      throw new SpillwayError("SPILLWAY_DATABASE_DUPLICATE", { setting, other, server: label });
    seen.set(label, setting);
  }
  return addresses;
}

function primaryAddress(config: SpillwayPoolConfig): ServerAddress {
  if (config.connectionString !== undefined)
    return addressOf({ setting: "connectionString", url: config.connectionString });
  if (config.host !== undefined) return addressFromParts(config, config.host);
  const url = process.env["DATABASE_URL"]?.trim();
  if (url) return addressOf({ setting: "DATABASE_URL", url });
  throw new SpillwayError("SPILLWAY_DATABASE_URL", { setting: "DATABASE_URL", problem: "it is not set" });
}

function addressFromParts(config: SpillwayPoolConfig, host: string): ServerAddress {
  const parts = Object.fromEntries(splitAddress.map((key) => [key, config[key]]));
  return { setting: "host", label: `${host}:${config.port ?? 5432}`, config: parts };
}

function writtenReplicas({ replicas }: SpillwayPoolConfig): Written[] {
  if (replicas !== undefined) return replicas.map((url, index) => ({ setting: `replicas[${index}]`, url }));
  const list = process.env["DATABASE_REPLICA_URLS"]?.trim();
  if (list) {
    const urls = list.split(",").filter((url) => url.trim() !== "");
    return urls.map((url, index) => ({ setting: `DATABASE_REPLICA_URLS, number ${index + 1}`, url }));
  }
  const one = process.env["DATABASE_REPLICA_URL"]?.trim();
  return one ? [{ setting: "DATABASE_REPLICA_URL", url: one }] : [];
}

function addressOf({ setting, url }: Written): ServerAddress {
  const text = url.trim();
  const problem = problemOf(text);
  if (problem !== undefined) throw new SpillwayError("SPILLWAY_DATABASE_URL", { setting, problem });
  const { hostname, port, searchParams } = parsed(text);
  const host = searchParams.get("host") || decodeURIComponent(hostname) || "localhost";
  return { setting, label: `${host}:${port || 5432}`, config: { connectionString: text } };
}

/** Never repeats the URL: it holds the password. */
function problemOf(text: string): string | undefined {
  if (!URL.canParse(hosted(text))) return "it cannot be read as a URL";
  const { protocol, pathname } = parsed(text);
  if (protocol !== "postgres:" && protocol !== "postgresql:") return `it begins with ${protocol}//`;
  return /^\/[^/]*$/.test(pathname) || pathname === "" ? undefined : "its path is more than one name";
}

function parsed(text: string): URL {
  return new URL(hosted(text));
}

/** `user@/database?host=/run/postgresql` names its host, a socket's folder, only in the query. */
function hosted(text: string): string {
  return text.replace("@/", "@localhost/");
}
