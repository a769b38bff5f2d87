/** Puts a drawing into its room: wall, table, soft light, and the gradients it is filled with. */
import type { Colourway } from "../colourways.ts";
import { oval, rect, shape } from "./svg.ts";

const stop = (offset: number, colour: string, opacity = 1) =>
  `<stop offset="${offset}" stop-color="${colour}" stop-opacity="${opacity}"/>`;

function across(id: string, stops: string): string {
  return `<linearGradient id="${id}" x1="0" y1="0" x2="1" y2="0.25">${stops}</linearGradient>`;
}

function gradients(colour: Colourway): string {
  const { light, base, dark } = colour;
  return [
    across("body", stop(0, light) + stop(0.45, base) + stop(1, dark)),
    across("deep", stop(0, base) + stop(1, dark)),
    across("wood", stop(0, "#d9b98c") + stop(0.5, "#c29a68") + stop(1, "#9c7647")),
    across("metal", stop(0, "#eef0f1") + stop(0.45, "#b9bfc3") + stop(1, "#858c91")),
    across("glass", stop(0, "#ffffff", 0.75) + stop(0.5, light, 0.35) + stop(1, base, 0.55)),
    `<radialGradient id="light" cx="0.3" cy="0.2" r="0.9">${stop(0, "#fff", 0.75)}${stop(1, "#fff", 0)}</radialGradient>`,
    `<radialGradient id="shadow">${stop(0, dark, 0.38)}${stop(0.6, dark, 0.16)}${stop(1, dark, 0)}</radialGradient>`,
  ].join("");
}

const backdrops: readonly ((colour: Colourway) => string)[] = [
  () => "",
  (colour) => oval([200, 190, 132], colour.table),
  (colour) => shape("M84 312V190a116 116 0 0 1 232 0v122z", colour.table),
  (colour) => oval([286, 118, 62], colour.table),
  (colour) => shape("M0 250C90 190 160 215 230 235S350 240 400 205V312H0z", colour.table),
];

/** A whole picture as SVG text: 400 units wide and high, with its own room for each kind. */
export function scene(drawing: string, kind: number, colour: Colourway): string {
  const backdrop = backdrops[kind % backdrops.length] ?? backdrops[0]!;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="20 32 360 360">`,
    `<defs>${gradients(colour)}</defs>`,
    rect([0, 0, 400, 400], colour.wall),
    backdrop(colour),
    rect([0, 300, 400, 100], colour.table),
    rect([0, 0, 400, 400], "url(#light)"),
    oval([204, 314, 150, 17], "url(#shadow)"),
    drawing,
    "</svg>",
  ].join("");
}
