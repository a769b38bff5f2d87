/** Ten thousand products out of one seed. Pure: the same list on every machine, every time. */
import { type Category, categories } from "./departments.ts";
import { productImage } from "./images.ts";
import { createRandom, type Random } from "./random.ts";
import { closings, collections, openings } from "./words/common.ts";

const SEED = 20_240_917;
const PER_CATEGORY = 250;
/** The youngest product; fixed, so that the seed does not depend on the day it runs. */
const NEWEST = Date.UTC(2026, 9, 30, 9);
const SPAN_MS = 2 * 365 * 24 * 3_600_000;

interface SeedCategory {
  id: number;
  slug: string;
  name: string;
  department: string;
  blurb: string;
  image_id: string;
}

/** One row of `products`, named as its columns are. */
interface SeedProduct {
  id: number;
  category_id: number;
  name: string;
  description: string;
  price_cents: number;
  stock: number;
  rating_tenths: number;
  review_count: number;
  image_id: string;
  created_at: string;
}

/** Prices look chosen: they end in 00, 50 or 95. Small prices are likelier than large ones. */
function price(random: Random, [low, high]: readonly [number, number]): number {
  const cents = low * (high / low) ** random.next();
  const rounded = Math.round(cents / 100) * 100;
  return rounded + random.pick([-5, -5, -50, 0]);
}

function stock(random: Random): number {
  const luck = random.next();
  if (luck < 0.05) return 0;
  return luck < 0.18 ? random.between(1, 5) : random.between(6, 180);
}

function reviews(random: Random): { tenths: number; count: number } {
  if (random.next() < 0.06) return { tenths: 0, count: 0 };
  const mean = (random.next() + random.next() + random.next()) / 3;
  const rating = Math.min(50, Math.round(35 + mean * 17));
  return { tenths: rating, count: Math.ceil(400 * random.next() ** 3) };
}

interface Chosen {
  collection: string;
  material: string;
  kind: string;
}

function fill(template: string, { collection, material, kind }: Chosen): string {
  return template.replace("{collection}", collection).replace("{material}", material).replace("{kind}", kind);
}

function describe(random: Random, category: Category, colour: string): string {
  const [first, second] = random.shuffle(category.details);
  const opening = random.pick(openings);
  return `${opening} ${first} ${second} Shown in ${colour}. ${random.pick(closings)}`;
}

/** Names are unique within the shop: a second draw of the same name is thrown away. */
function createNamer(random: Random): (category: Category, kind: string) => string {
  const taken = new Set<string>();
  return (category, kind) => {
    for (let attempt = 0; attempt < 1000; attempt++) {
      const name = fill(category.phrase ?? "{collection} {material} {kind}", {
        collection: random.pick(collections),
        material: random.pick(category.materials),
        kind,
      });
      if (!taken.has(name)) return taken.add(name) && name;
    }
    throw new Error(`The words of "${category.slug}" are too few for unique names.`);
  };
}

export function seedCategories(): SeedCategory[] {
  return categories.map(({ id, slug, name, department, blurb }) => ({
    id,
    slug,
    name,
    department,
    blurb,
    // Steps of two through the kinds give neighbours on the home page different colours.
    image_id: productImage(slug, id, (id * 2) % 5).id,
  }));
}

export function seedProducts(): SeedProduct[] {
  const random = createRandom(SEED);
  const nameOf = createNamer(random);
  const images = new Map(
    categories.map(({ id, slug }) => [id, [0, 1, 2, 3, 4].map((kind) => productImage(slug, id, kind))]),
  );
  const slots = random.shuffle(
    categories.flatMap((category) => Array.from({ length: PER_CATEGORY }, () => category)),
  );
  return slots.map((category, index) => {
    const kind = random.between(0, 4);
    const image = images.get(category.id)![kind]!;
    // Ids rise with time, with a little jitter inside each step.
    const age = SPAN_MS * (1 - (index + random.next()) / slots.length);
    const rating = reviews(random);
    return {
      id: index + 1,
      category_id: category.id,
      name: nameOf(category, category.kinds[kind]!),
      description: describe(random, category, image.colour),
      price_cents: price(random, category.priceCents),
      stock: stock(random),
      rating_tenths: rating.tenths,
      review_count: rating.count,
      image_id: image.id,
      created_at: new Date(Math.floor(NEWEST - age)).toISOString(),
    };
  });
}

/** Every picture the shop shows, in the order of the categories. */
export function seedImages(): { id: string; svg: string }[] {
  return categories.flatMap(({ id, slug }) => [0, 1, 2, 3, 4].map((kind) => productImage(slug, id, kind)));
}
