/** Which pictures the shop has, and what each of them looks like. Pure: SVG text, no pixels. */
import { createHash } from "node:crypto";
import { encoding } from "../../src/storage/encoding.ts";
import { type Colourway, colourways } from "./colourways.ts";
import { bedAndBath } from "./drawings/bed-and-bath.ts";
import { desk } from "./drawings/desk.ts";
import { furniture } from "./drawings/furniture.ts";
import { garden } from "./drawings/garden.ts";
import { kitchen } from "./drawings/kitchen.ts";
import { living } from "./drawings/living.ts";
import { outdoors } from "./drawings/outdoors.ts";
import { scene } from "./drawings/scene.ts";
import { table } from "./drawings/table.ts";
import type { Drawing } from "./types.ts";

const drawings: Record<string, Drawing> = {
  ...kitchen,
  ...table,
  ...living,
  ...bedAndBath,
  ...furniture,
  ...desk,
  ...outdoors,
  ...garden,
};

interface ProductImage {
  /**
   * Names the picture and ends in a digest of it: another picture has another address, so
   * the address may be cached for ever.
   */
  id: string;
  svg: string;
  colour: string;
}

/** Steps of seven through twelve colours: five different ones, and neighbours that differ. */
function colourwayOf(category: number, kind: number): Colourway {
  const colour = colourways[(category * 5 + kind * 7) % colourways.length];
  if (colour === undefined) throw new Error("There are no colourways to draw with.");
  return colour;
}

/** The picture of one kind (0 to 4) of the category with this slug and position. */
export function productImage(slug: string, category: number, kind: number): ProductImage {
  const draw = drawings[slug];
  if (draw === undefined) throw new Error(`Nobody has drawn the category "${slug}".`);
  const colour = colourwayOf(category, kind);
  const svg = scene(draw(kind, colour), kind, colour);
  const digest = createHash("sha256")
    .update(JSON.stringify(encoding) + svg)
    .digest("hex")
    .slice(0, 10);
  return { id: `${slug}-${kind + 1}-${digest}`, svg, colour: colour.name };
}
