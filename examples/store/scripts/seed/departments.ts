/** The forty categories, in the order the shop shows them. */
import type { CategoryWords, Department } from "./types.ts";
import { bedAndBath } from "./words/bed-and-bath.ts";
import { desk } from "./words/desk.ts";
import { furniture } from "./words/furniture.ts";
import { garden } from "./words/garden.ts";
import { kitchen } from "./words/kitchen.ts";
import { living } from "./words/living.ts";
import { outdoors } from "./words/outdoors.ts";
import { table } from "./words/table.ts";

const departments: readonly Department[] = [
  kitchen,
  table,
  living,
  bedAndBath,
  furniture,
  desk,
  outdoors,
  garden,
];

export interface Category extends CategoryWords {
  id: number;
  department: string;
}

export const categories: readonly Category[] = departments
  .flatMap(({ name, categories: words }) => words.map((category) => ({ category, department: name })))
  .map(({ category, department }, index) => Object.assign({ id: index + 1, department }, category));
