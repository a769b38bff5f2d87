// Which addresses the app's proxy (`proxy.ts`, formerly `middleware.ts`) runs for. It may guard them, or answer each
// visitor in another way, and says nothing of that in the answer: an edge that keeps it would not ask the proxy again.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { processState } from "../process-state.ts";

interface Matcher {
  regexp: string;
}

const known = processState("next-proxy", () => ({ matchers: undefined as RegExp[] | undefined }));

/** Reads them from the build, once. */
export function watchProxy(serverDistDir: string | undefined): void {
  if (serverDistDir === undefined) return;
  known.matchers ??= [...nodeMatchers(serverDistDir), ...edgeMatchers(serverDistDir)].map(
    ({ regexp }) => new RegExp(regexp),
  );
}

/** Whether the proxy may have run for this address; conditions on headers and cookies are not looked at. */
export function isProxied(target: string): boolean {
  const { matchers } = known;
  if (matchers === undefined) return true;
  if (matchers.length === 0) return false;
  const [path = ""] = target.split("?", 1);
  return matchers.some((matcher) => matcher.test(path) || matcher.test(decoded(path)));
}

function decoded(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}

function nodeMatchers(folder: string): Matcher[] {
  const { functions } = manifest<{ functions: Record<string, { matchers?: Matcher[] }> }>(
    join(folder, "functions-config-manifest.json"),
    { functions: {} },
  );
  return functions["/_middleware"]?.matchers ?? [];
}

function edgeMatchers(folder: string): Matcher[] {
  const { middleware } = manifest<{ middleware: Record<string, { matchers?: Matcher[] }> }>(
    join(folder, "middleware-manifest.json"),
    { middleware: {} },
  );
  return Object.values(middleware).flatMap(({ matchers = [] }) => matchers);
}

function manifest<T>(file: string, otherwise: T): T {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as T;
  } catch {
    return otherwise;
  }
}
