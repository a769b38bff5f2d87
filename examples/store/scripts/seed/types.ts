import type { Colourway } from "./colourways.ts";

/** The words of one category. Each of the five kinds has its own image. */
export interface CategoryWords {
  slug: string;
  name: string;
  blurb: string;
  kinds: readonly [string, string, string, string, string];
  materials: readonly string[];
  /** Sentences that are true of every product of the category. */
  details: readonly string[];
  /** Lowest and highest price, in cents. */
  priceCents: readonly [number, number];
  /** How a name is put together; `{collection} {material} {kind}` if left out. */
  phrase?: string;
}

export interface Department {
  name: string;
  categories: readonly CategoryWords[];
}

/** Draws one kind (0 to 4) into a square of 400 units, standing on the line y = 312. */
export type Drawing = (kind: number, colour: Colourway) => string;
