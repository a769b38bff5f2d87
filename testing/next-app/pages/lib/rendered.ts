// What a page of this app is made of: a version, and a number of this very rendering.

import { randomUUID } from "node:crypto";
import { ask } from "./origin.ts";

export interface Rendered {
  version: string;
  rendering: string;
}

export async function rendered(name: string, locale = "none"): Promise<Rendered> {
  return { version: `${locale} ${await ask(name)}`, rendering: randomUUID() };
}
