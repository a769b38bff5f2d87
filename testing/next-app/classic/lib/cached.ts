// Data that Next caches: fetches and functions, by tag and by time.

import { unstable_cache } from "next/cache";
import { ask, versionIn } from "./origin.ts";

export async function fetched(name: string, next: NextFetchRequestConfig): Promise<string> {
  const origin = process.env["ORIGIN"];
  if (origin === undefined) return "build";
  const response = await fetch(`${origin}/${encodeURIComponent(name)}`, { cache: "force-cache", next });
  return versionIn(await response.text());
}

export function remembered(name: string): Promise<string> {
  return unstable_cache(ask, ["remembered"], { tags: [`remembered-${name}`] })(name);
}
