// Cached data in the forms Next knows, each asked of the origin under the tag of its name.

import { cacheLife, cacheTag } from "next/cache";
import { cookies } from "next/headers";
import { ask } from "./origin.ts";

export async function cached(name: string): Promise<string> {
  "use cache";
  cacheLife("max");
  cacheTag(`tag-${name}`);
  return await ask(name);
}

export async function remote(name: string): Promise<string> {
  "use cache: remote";
  cacheLife("max");
  cacheTag(`tag-${name}`);
  return await ask(name);
}

export async function brief(name: string): Promise<string> {
  "use cache: remote";
  cacheLife("brief");
  return await ask(name);
}

export async function mortal(name: string): Promise<string> {
  "use cache: remote";
  cacheLife({ stale: 0, revalidate: 1, expire: 2 });
  return await ask(name);
}

export async function gated(name: string): Promise<string> {
  "use cache: remote";
  cacheLife("max");
  cacheTag(`tag-${name}`);
  const version = await ask(name);
  await ask(`${name}-gate`);
  return version;
}

export async function inherited(name: string): Promise<string> {
  "use cache: remote";
  cacheLife("max");
  return `outer ${await remote(name)}`;
}

export async function personal(name: string): Promise<string> {
  "use cache: private";
  cacheLife({ stale: 60 });
  const visitor = (await cookies()).get("name")?.value ?? "nobody";
  return `${visitor} ${await ask(name)}`;
}

/** Values that JSON cannot carry. */
export interface Rich {
  version: string;
  at: Date;
  bytes: Uint8Array;
  numbers: Map<string, bigint>;
  nothing: undefined;
}

export async function rich(name: string): Promise<Rich> {
  "use cache: remote";
  cacheLife("max");
  cacheTag(`tag-${name}`);
  return {
    version: await ask(name),
    at: new Date(0),
    bytes: Uint8Array.of(0, 128, 255),
    numbers: new Map([["big", 2n ** 64n]]),
    nothing: undefined,
  };
}
