import type { Drawing } from "../types.ts";
import { fills, line, measures, oval, rect, repeat, shape } from "./svg.ts";

/** Seen from above, leaning on the wall. */
const plates: Drawing = (kind, colour) => {
  const sizes = [
    [116, 116, 0.66],
    [88, 88, 0.62],
    [146, 94, 0.76],
    [110, 110, 0.5],
    [78, 78, 0.7],
  ] as const;
  const [radiusX, radiusY, well] = measures(sizes, kind);
  const y = 310 - radiusY;
  return [
    oval([204, y + 5, radiusX, radiusY], fills.shade),
    oval([200, y, radiusX, radiusY], fills.body),
    oval([200, y, radiusX - 5, radiusY - 5], colour.light),
    oval([200, y, radiusX - 8, radiusY - 8], fills.body),
    oval([200, y + 2, radiusX * well + 4, radiusY * well + 4], colour.dark),
    oval([200, y, radiusX * well, radiusY * well], fills.body),
    line(
      `M${200 - radiusX * 0.72} ${y - radiusY * 0.44}q${radiusX * 0.2} ${-radiusY * 0.3} ${radiusX * 0.5} ${-radiusY * 0.38}`,
      fills.gleam,
      7,
    ),
  ].join("");
};

const bowls: Drawing = (kind, colour) => {
  const sizes = [
    [170, 92, 30],
    [176, 74, 36],
    [220, 104, 40],
    [128, 90, 24],
    [160, 84, 34],
  ] as const;
  const [width, height, foot] = measures(sizes, kind);
  const lift = kind === 4 ? 34 : 6;
  const [left, right, top] = [200 - width / 2, 200 + width / 2, 312 - height - lift];
  return [
    shape(`M${200 - foot} 312l8 ${-lift - 8}h${foot * 2 - 16}l8 ${lift + 8}z`, fills.deep),
    shape(
      `M${left} ${top}C${left + 2} ${top + height * 0.9} ${left + width * 0.24} ${312 - lift} 200 ${312 - lift}S${right - 2} ${top + height * 0.9} ${right} ${top}z`,
      fills.body,
    ),
    oval([200, top, width / 2, 15], colour.light),
    oval([200, top + 3, width / 2 - 7, 11], colour.dark),
    line(`M${left + 18} ${top + 26}q8 ${height * 0.34} 34 ${height * 0.5}`, fills.gleam, 7),
  ].join("");
};

const glasses: Drawing = (kind, colour) => {
  if (kind === 1 || kind === 3) return stemmed(kind === 3, colour.base);
  const sizes = [
    [104, 118, 8],
    [0, 0, 0],
    [86, 186, 4],
    [0, 0, 0],
    [92, 146, 14],
  ] as const;
  const [width, height, taper] = measures(sizes, kind);
  const [left, right, top] = [200 - width / 2, 200 + width / 2, 312 - height];
  const level = top + height * 0.36;
  return [
    shape(
      `M${left} ${top}H${right}L${right - taper} 306q-2 6 -8 6H${left + taper + 8}q-6 0 -8 -6z`,
      fills.glass,
    ),
    shape(
      `M${left + 7} ${level}H${right - 7}L${right - taper - 5} 300H${left + taper + 5}z`,
      `${colour.base}88`,
    ),
    oval([200, level, width / 2 - 7, 6], `${colour.light}cc`),
    line(`M${left} ${top}a${width / 2} 7 0 0 0 ${width} 0a${width / 2} 7 0 0 0 ${-width} 0`, "#ffffffcc", 3),
    rect([left + 14, top + 14, 8, height * 0.62, 4], fills.gleam),
  ].join("");
};

function stemmed(shallow: boolean, wine: string): string {
  const cup = shallow
    ? "M118 128H282C282 184 240 202 200 202S118 184 118 128z"
    : "M146 92H254C266 170 246 214 200 214S134 170 146 92z";
  const drink = shallow
    ? "M126 146H274C264 184 236 196 200 196S136 184 126 146z"
    : "M143 140H257C258 186 238 208 200 208S142 186 143 140z";
  return [
    line("M200 206V300", "#ffffffdd", 7),
    oval([200, 306, 50, 7], fills.glass),
    shape(cup, fills.glass),
    shape(drink, `${wine}aa`),
    line(shallow ? "M136 138q6 34 34 46" : "M158 108q-8 56 14 84", fills.gleam, 7),
  ].join("");
}

const teapots: Drawing = (kind, colour) => {
  const sizes = [
    [150, 112],
    [140, 96],
    [118, 160],
    [176, 128],
    [120, 96],
  ] as const;
  const [width, height] = measures(sizes, kind);
  const [left, right, top] = [200 - width / 2, 200 + width / 2, 312 - height];
  const handle =
    kind === 1
      ? line(`M${left + 8} ${top + 46}l-62 -30`, "#7a5a38", 15)
      : line(`M${left + 10} ${top + 22}c-62 -10 -58 ${height * 0.66} 6 ${height * 0.56}`, colour.dark, 12);
  return [
    handle,
    shape(
      `M${right - 18} ${top + height * 0.72}c46 -6 30 ${-height * 0.5} 66 ${-height * 0.62}l8 12c-22 20 -18 ${height * 0.66} -66 ${height * 0.8}z`,
      fills.deep,
    ),
    shape(
      `M200 ${top}C${left - 6} ${top} ${left - 20} 312 ${left + 34} 312H${right - 34}C${right + 20} 312 ${right + 6} ${top} 200 ${top}z`,
      fills.body,
    ),
    shape(`M${200 - width * 0.27} ${top + 7}q${width * 0.27} -30 ${width * 0.54} 0z`, fills.deep),
    oval([200, top - 14, 11, 10], kind === 1 ? "#7a5a38" : colour.dark),
    line(
      `M${left + 14} ${top + height * 0.72}q-2 ${-height * 0.34} ${width * 0.18} ${-height * 0.5}`,
      fills.gleam,
      8,
    ),
  ].join("");
};

const knife = (x: number) =>
  rect([x - 8, 214, 16, 94, 8], fills.metal) + shape(`M${x - 8} 218V116q2 -26 16 -30v132z`, fills.metal);

const fork = (x: number) =>
  rect([x - 7, 200, 14, 108, 7], fills.metal) +
  shape(`M${x - 20} 140h40v22q0 34 -20 44q-20 -10 -20 -44z`, fills.metal) +
  repeat(4, (tine) => rect([x - 20 + tine * 11.5, 92, 5.5, 56, 3], fills.metal));

const spoon = (x: number) =>
  rect([x - 7, 180, 14, 128, 7], fills.metal) +
  oval([x, 138, 26, 48], fills.metal) +
  oval([x - 5, 132, 12, 30], fills.gleam);

const settings = [
  () => knife(200),
  () => fork(200),
  () => spoon(200),
  () => fork(130) + knife(200) + spoon(268),
  () => fork(162) + spoon(242),
] as const;

/** Standing on a cloth in the colour of the picture. */
const cutlery: Drawing = (kind, colour) =>
  rect([82, 62, 236, 256, 10], fills.body) +
  line("M96 78H304V302H96z", colour.light, 2) +
  (settings[kind] ?? settings[3])();

export const table: Record<string, Drawing> = { plates, bowls, glasses, teapots, cutlery };
