import type { Colourway } from "../colourways.ts";
import type { Drawing } from "../types.ts";
import { fills, line, measures, oval, rect, repeat, shape } from "./svg.ts";

const tentKinds: readonly ((colour: Colourway) => string)[] = [
  (colour) =>
    shape("M200 120L62 312h276z", fills.body) +
    shape("M200 120L168 312h64z", colour.dark) +
    shape("M200 120L168 312l-26 0z", colour.light) +
    line("M62 312l-18 4M338 312l18 4", colour.dark, 4),
  (colour) =>
    shape("M58 312q0 -158 142 -158t142 158z", fills.body) +
    line("M200 154Q120 190 104 312M200 154Q280 190 296 312", colour.light, 4) +
    shape("M162 312q0 -84 38 -84t38 84z", colour.dark),
  (colour) =>
    shape("M70 252L200 92l130 160v60H70z", fills.body) +
    shape("M70 252L200 92l130 160q-130 18 -260 0z", fills.deep) +
    shape("M176 312v-72h48v72z", colour.light) +
    line("M200 92V76", "#86623a", 6),
  (colour) =>
    line("M86 150V312M314 150V312", "#86623a", 7) +
    shape("M60 190L86 146Q200 190 314 146l26 44q-140 38 -280 0z", fills.body) +
    line("M86 146L40 312M314 146l46 166", colour.dark, 3),
  (colour) =>
    shape("M52 312q4 -132 84 -132h128q80 0 84 132z", fills.body) +
    line("M136 180q-40 30 -42 132M264 180q40 30 42 132M200 180v132", colour.light, 4) +
    shape("M72 312q2 -90 50 -100q14 40 10 100z", colour.dark),
];

const tents: Drawing = (kind, colour) => (tentKinds[kind] ?? tentKinds[0]!)(colour);

const lanterns: Drawing = (kind, colour) => {
  const sizes = [
    [112, 118, 40],
    [96, 128, 62],
    [124, 96, 34],
    [104, 150, 26],
    [120, 110, 78],
  ] as const;
  const [width, height, round] = measures(sizes, kind);
  const [left, right, top] = [200 - width / 2, 200 + width / 2, 284 - height];
  const hanging = kind === 4 ? line("M200 30V102", colour.dark, 5) : "";
  return [
    hanging,
    line(
      `M${left + 8} ${top}C${left - 8} ${top - 96} ${right + 8} ${top - 96} ${right - 8} ${top}`,
      colour.dark,
      6,
    ),
    oval([200, top + height * 0.55, width * 0.9, height * 0.8], "#ffdf8a33"),
    rect([left + 8, top, width - 16, height, Math.min(round, 40)], "#fff5d6"),
    shape(
      `M200 ${top + height * 0.3}q22 ${height * 0.26} 0 ${height * 0.44}q-22 ${-height * 0.18} 0 ${-height * 0.44}z`,
      "#f4a63c",
    ),
    line(`M${left + 12} ${top}V284M${right - 12} ${top}V284`, colour.dark, 6),
    shape(`M${left} ${top + 6}l18 -34h${width - 36}l18 34z`, fills.body),
    rect([left - 4, 280, width + 8, 32, 8], fills.body),
  ].join("");
};

const bottles: Drawing = (kind, colour) => {
  const sizes = [
    [88, 176, 30],
    [76, 196, 38],
    [112, 168, 20],
    [84, 210, 26],
    [124, 188, 34],
  ] as const;
  const [width, height, shoulder] = measures(sizes, kind);
  const [left, right, top] = [200 - width / 2, 200 + width / 2, 312 - height];
  const neck = kind === 2 ? width * 0.4 : width * 0.27;
  return [
    kind === 4 ? line(`M${right - 6} ${top + 40}c56 0 56 96 0 96`, "#4b4642", 12) : "",
    kind === 0 || kind === 3
      ? line(`M${200 - neck} ${top - 14}q${neck} -46 ${neck * 2} 0`, "#4b4642", 8)
      : "",
    shape(
      `M${200 - neck} ${top}H${200 + neck}Q${right} ${top + shoulder * 0.4} ${right} ${top + shoulder + 14}V296q0 16 -16 16H${left + 16}q-16 0 -16 -16V${top + shoulder + 14}Q${left} ${top + shoulder * 0.4} ${200 - neck} ${top}z`,
      fills.body,
    ),
    rect([200 - neck - 4, top - 24, neck * 2 + 8, 28, 7], "#4b4642"),
    rect([left + 13, top + 48, 9, height * 0.55, 5], fills.gleam),
    rect([left, 286, width, 6], colour.dark),
  ].join("");
};

const bootOutlines = [
  "M130 110h84v96q66 10 86 48q10 20 6 36H126z",
  "M134 104h82v100q60 12 84 48q12 20 8 38H126z",
  "M126 70h88v140q64 8 88 46q10 16 8 34H124z",
  "M124 140h92v68q66 10 86 46q10 20 6 36H120z",
  "M128 96h92v108q66 12 84 50q8 18 6 36H122z",
] as const;

const bootDetails: readonly ((colour: Colourway) => string)[] = [
  (colour) => repeat(5, (row) => line(`M${176 + row * 4} ${132 + row * 20}l34 6`, colour.light, 5)),
  (colour) => shape("M160 112h32l8 84h-48z", colour.dark),
  (colour) => rect([126, 70, 88, 20, 4], colour.dark),
  (colour) => repeat(3, (row) => line(`M${178 + row * 5} ${162 + row * 18}l34 6`, colour.light, 5)),
  (colour) =>
    rect([120, 84, 108, 30, 15], "#f4efe4") +
    repeat(4, (row) => line(`M${178 + row * 5} ${138 + row * 18}l34 6`, colour.light, 5)),
];

const boots: Drawing = (kind, colour) =>
  [
    shape(bootOutlines[kind] ?? bootOutlines[0], fills.body),
    (bootDetails[kind] ?? bootDetails[0]!)(colour),
    shape("M116 286h196q6 26 -8 26h-92l-6 -8h-30l-4 8h-52q-10 0 -4 -26z", "#3f3832"),
    line("M144 200v70", fills.gleam, 7),
  ].join("");

const hammocks: Drawing = (kind, colour) => {
  const pattern =
    [
      "",
      line("M90 190Q200 264 310 190M100 222Q200 288 300 222M122 254Q200 300 278 254", colour.light, 8),
      line("M84 210Q200 330 316 210", colour.light, 8),
      line("M96 176Q200 240 304 176", colour.dark, 5),
      repeat(7, (row) =>
        line(
          `M${92 + row * 30} ${194 + Math.abs(row - 3) * -5}l30 46M${122 + row * 28} ${190 + Math.abs(row - 3) * -5}l-34 46`,
          `${colour.light}cc`,
          3,
        ),
      ),
    ][kind] ?? "";
  return [
    rect([28, 40, 26, 276, 8], "#86623a"),
    rect([346, 40, 26, 276, 8], "#86623a"),
    line("M48 120L92 166M352 120L308 166", "#c8b48c", 5),
    line("M48 124L86 186M352 124L314 186", "#c8b48c", 4),
    shape("M84 160Q200 236 316 160Q312 290 200 290T84 160z", fills.body),
    pattern,
    line("M84 160Q200 236 316 160", colour.light, 6),
  ].join("");
};

export const outdoors: Record<string, Drawing> = {
  tents,
  lanterns,
  "water-bottles": bottles,
  boots,
  hammocks,
};
