import type { Colourway } from "../colourways.ts";
import type { Drawing } from "../types.ts";
import { fills, line, measures, oval, rect, repeat, shape, turned } from "./svg.ts";

const notebooks: Drawing = (kind, colour) => {
  const sizes = [
    [164, 220],
    [116, 160],
    [212, 160],
    [158, 206],
    [160, 216],
  ] as const;
  const [width, height] = measures(sizes, kind);
  const [left, top] = [200 - width / 2, 304 - height];
  const extras: readonly string[] = [
    rect([left + width - 28, top, 8, height], colour.dark),
    rect([left + width - 22, top, 6, height], colour.light),
    line(`M${left + 46} ${top + 110}l34 -44l22 26l18 -18l42 36z`, colour.light, 5),
    rect([left + 34, top + 34, 92, 46, 4], colour.wall) +
      line(`M${left + 48} ${top + 52}h64M${left + 48} ${top + 64}h40`, colour.dark, 3),
    repeat(11, (ring) => line(`M${left - 8} ${top + 16 + ring * 18}h20`, "#8c9297", 5)),
  ];
  return turned(
    -6,
    [
      rect([left + 6, top + 8, width, height, 8], fills.shade),
      rect([left + 4, top + 3, width, height, 8], "#f6f1e6"),
      rect([left, top, width, height, 8], fills.body),
      rect([left, top, 14, height, 6], fills.shade),
      extras[kind] ?? "",
      shape(`M${left + width * 0.7} ${top + height}v20l6 -6l6 6v-20z`, colour.dark),
    ].join(""),
  );
};

const nibs: readonly string[] = [
  shape("M292 201l42 9l-42 9z", "#d9b054"),
  shape("M292 202l30 8l-30 8z", "#8c9297"),
  shape("M292 200h14l18 10l-18 10h-14z", "#8c9297"),
  shape("M292 203h16l22 7l-22 7h-16z", "#d8c39b"),
  shape("M292 200q30 2 48 10q-18 8 -48 10z", "#3a3633"),
];

const pens: Drawing = (kind, colour) =>
  turned(
    -38,
    [
      rect([74, 206, 232, 22, 11], fills.shade),
      rect([72, 196, 134, 28, 14], fills.body),
      rect([198, 198, 96, 24, 4], kind % 2 ? fills.deep : fills.body),
      rect([194, 195, 9, 30, 2], kind === 4 ? colour.light : "#d9b054"),
      line("M92 194h62", kind % 2 ? "#8c9297" : "#d9b054", 6),
      nibs[kind] ?? "",
      line("M88 204h100", fills.gleam, 4),
    ].join(""),
  );

const base = oval([170, 306, 58, 9], "#4a4440");

const deskLampKinds: readonly string[] = [
  base +
    line("M170 302L130 206L222 136", "#4a4440", 8) +
    shape("M206 104l66 26q24 40 -6 62l-84 -60z", fills.body) +
    oval([130, 206, 8], "#4a4440"),
  oval([200, 306, 58, 8], "#b98d3c") +
    line("M200 304V190", "#b98d3c", 9) +
    shape("M112 196q0 -62 88 -62t88 62z", fills.body) +
    rect([112, 192, 176, 10, 5], "#fff3cf"),
  shape("M170 312q4 -90 22 -108h16q18 18 22 108z", fills.deep) +
    shape("M96 208q0 -98 104 -98t104 98q-104 26 -208 0z", fills.body) +
    oval([200, 212, 90, 10], "#fff3cf"),
  rect([104, 268, 40, 44, 4], "#4a4440") +
    line("M124 270V160L214 108", "#4a4440", 8) +
    shape("M196 84l60 -12l56 82l-84 26z", fills.body),
  rect([188, 196, 24, 104, 6], fills.metal) +
    oval([200, 304, 52, 9], fills.metal) +
    shape("M134 202l22 -78h88l22 78z", fills.body) +
    oval([200, 202, 66, 7], "#fff3cf"),
];

const deskLamps: Drawing = (kind) => deskLampKinds[kind] ?? deskLampKinds[0]!;

const bags: readonly ((colour: Colourway) => string)[] = [
  (colour) =>
    shape("M126 300V150q0 -62 74 -62t74 62v150q0 12 -14 12H140q-14 0 -14 -12z", fills.body) +
    rect([148, 216, 104, 78, 14], fills.deep) +
    line("M148 164h104", colour.dark, 4) +
    line("M156 238h88", colour.light, 3),
  (colour) =>
    rect([132, 120, 136, 192, 16], fills.body) +
    rect([124, 92, 152, 44, 18], fills.deep) +
    line("M166 128v104M234 128v104", "#7a5a38", 8) +
    rect([158, 196, 16, 20, 3], colour.light) +
    rect([226, 196, 16, 20, 3], colour.light),
  (colour) =>
    shape("M136 300V170q0 -56 64 -56t64 56v130q0 12 -12 12H148q-12 0 -12 -12z", fills.body) +
    shape("M152 246h96v48q0 8 -8 8h-80q-8 0 -8 -8z", fills.deep) +
    line("M160 262h80", colour.light, 3),
  (colour) =>
    rect([122, 98, 156, 214, 32], fills.body) +
    line("M142 150h116M142 222h116", colour.dark, 4) +
    rect([178, 178, 44, 18, 4], "#a97f50"),
  (colour) =>
    rect([76, 190, 248, 122, 30], fills.body) +
    line("M150 192q0 -62 50 -62t50 62", "#7a5a38", 10) +
    line("M132 192v118M268 192v118", "#7a5a38", 9) +
    line("M100 212h200", colour.dark, 4),
];

const backpacks: Drawing = (kind, colour) => {
  const handle = kind === 4 ? "" : line("M178 98q0 -28 22 -28t22 28", colour.dark, 9);
  return handle + (bags[kind] ?? bags[0]!)(colour) + line("M146 260v-84", fills.gleam, 7);
};

const headphones: Drawing = (kind, colour) => {
  const sizes = [
    [44, 96, 14],
    [56, 112, 18],
    [36, 68, 11],
    [48, 100, 22],
    [60, 108, 12],
  ] as const;
  const [width, height, band] = measures(sizes, kind);
  const y = 252;
  const cup = (x: number, side: number) =>
    rect([x - width / 2, y - height / 2, width, height, width / 2], fills.body) +
    rect(
      [x - width / 2 + side * (width * 0.42), y - height / 2 + 8, width * 0.5, height - 16, 12],
      "#3a3633",
    ) +
    (kind === 4 ? line(`M${x - 10} ${y - 20}v40M${x + 4} ${y - 24}v48`, colour.light, 3) : "");
  return [
    line(`M112 ${y - 20}V190Q112 84 200 84T288 190V${y - 20}`, colour.dark, band),
    line("M132 136Q154 96 200 96T268 136", colour.light, 4),
    cup(112, 1),
    cup(288, 0.2),
  ].join("");
};

export const desk: Record<string, Drawing> = {
  notebooks,
  pens,
  "desk-lamps": deskLamps,
  backpacks,
  headphones,
};
