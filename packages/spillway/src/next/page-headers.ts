// What the edges are told of a page: its tags, its age, and not to keep it where it is not known to be current.

import type { ServerResponse } from "node:http";
import { edgeTag } from "../cdn/tag.ts";
import { responseHooks } from "../coherence/http.ts";
import { currentScope, type Scope } from "../coherence/scope.ts";
import { processState } from "../process-state.ts";
import { isProxied } from "./proxy-matchers.ts";

/** With room for what the app itself adds: a header of 8,000 bytes is refused on its way. */
const mostTagBytes = 6_000;

export interface FoundPage {
  tags: readonly string[];
  /** Milliseconds since 1970. */
  madeAt: number;
  /** Older than it should be: served this once, while it is made anew. */
  isStale: boolean;
}

const pagesOf = processState("next-pages", () => ({ owner: {} }));

/** The answer to the current request is made of this page. */
export function foundPage(page: FoundPage): void {
  const scope = currentScope();
  if (scope !== undefined) pagesIn(scope).push(page);
}

/** Before the first request, so that no answer goes out without. */
export function tellEdges(): void {
  responseHooks.add(tell);
}

/** The tag of all that a deployment lets edges keep. */
export function deploymentTag(deployment: string): string {
  return `deployment:${deployment}`;
}

function ownDeployment(): string {
  return deploymentTag(process.env["NEXT_DEPLOYMENT_ID"] ?? "");
}

/** Most of Next.js's tags are told by their digest: a page is asked for more often than its tags change. */
const forms = new Map<string, string>();
const mostForms = 10_000;

/** By the tags of a page: they are one list as long as it is kept. */
const headers = new WeakMap<readonly string[], string>();

function headerOf(pages: readonly FoundPage[]): string {
  const [page] = pages;
  const known = pages.length === 1 ? headers.get(page!.tags) : undefined;
  if (known !== undefined) return known;
  const tags = new Set([...pages.flatMap((one) => one.tags), ownDeployment()]);
  const header = [...tags].map(formOf).join(" ");
  if (pages.length === 1) headers.set(page!.tags, header);
  return header;
}

function formOf(tag: string): string {
  const known = forms.get(tag);
  if (known !== undefined) return known;
  if (forms.size >= mostForms) forms.clear();
  const form = edgeTag(tag);
  forms.set(tag, form);
  return form;
}

/**
 * Whatever compresses on the way leaves this alone (RFC 9110, 8.4.1): the edges compress what they keep, once and smaller.
 * A 304 says nothing of a body: what is stored would take it for its own.
 */
function leaveToEdges(response: ServerResponse): void {
  if (process.env["SPILLWAY_COMPRESSED"] !== "1" || response.statusCode === 304) return;
  if (!response.hasHeader("content-encoding")) response.setHeader("Content-Encoding", "identity");
}

/** After those that the app has named. */
function addKeys(response: ServerResponse, keys: string): void {
  const named = response.getHeader("surrogate-key");
  response.setHeader("Surrogate-Key", named === undefined ? keys : `${String(named)} ${keys}`);
}

function pagesIn(scope: Scope): FoundPage[] {
  return scope.keep<FoundPage[]>(pagesOf.owner, () => []);
}

function tell(response: ServerResponse, scope: Scope): void {
  const cacheControl = String(response.getHeader("cache-control") ?? "");
  if (!/\b(?:s-maxage|public)\b/i.test(cacheControl)) return;
  const { target } = scope.origin;
  // What the app says of the edge, it has said knowing of its proxy.
  if (isProxied(target ?? "") && !response.hasHeader("cdn-cache-control")) {
    response.setHeader("CDN-Cache-Control", "no-store");
    return;
  }
  leaveToEdges(response);
  const pages = pagesIn(scope);
  // What the app itself lets be shared, it has to tag itself; it ends with its deployment all the same.
  if (pages.length === 0 && !response.hasHeader("x-nextjs-cache")) {
    addKeys(response, formOf(ownDeployment()));
    return;
  }
  const tags = headerOf(pages);
  // Of a page that another request was waiting for as well, it is not known here what it is made of.
  if (pages.length === 0 || pages.some((page) => page.isStale) || tags.length > mostTagBytes) {
    response.setHeader("CDN-Cache-Control", "no-store");
    return;
  }
  addKeys(response, tags);
  const madeAt = Math.min(...pages.map((page) => page.madeAt));
  const age = Math.floor((Date.now() - madeAt) / 1_000);
  // Its time began when it was made, not when it was asked for (RFC 9111, 5.1).
  if (age > 0 && !response.hasHeader("age")) response.setHeader("Age", String(age));
}
