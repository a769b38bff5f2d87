import type { Colourway } from "../colourways.ts";
import type { Drawing } from "../types.ts";
import { fills, line, measures, oval, rect, repeat, shape } from "./svg.ts";

const stand = (x: number, top: number) =>
  line(`M${x} ${top}V306`, "#4a4440", 6) + oval([x, 308, 46, 7], "#4a4440");

const shade = (x: number, y: number) =>
  shape(`M${x - 34} ${y}h68l26 82h-120z`, fills.body) + oval([x, y + 82, 60, 7], "#fff3cf");

const globe = (x: number, y: number) =>
  oval([x, y, 62], "#fff3cf66") + oval([x, y, 46], "#fffaf0") + oval([x - 12, y - 14, 16], "#ffffff");

const floorLampKinds: readonly (() => string)[] = [
  () => stand(200, 130) + shade(200, 50),
  () =>
    line("M116 306V150Q116 60 210 60Q276 60 276 118", "#4a4440", 6) +
    oval([120, 308, 54, 8], "#4a4440") +
    shape("M222 160a54 54 0 0 1 108 0z", fills.body) +
    oval([276, 160, 54, 7], "#fff3cf"),
  () => line("M200 130L130 308M200 130L270 308M200 130V304", "#a97f50", 7) + shade(200, 50),
  () =>
    stand(170, 80) + line("M170 84L252 74", "#4a4440", 6) + shape("M236 62l52 -8l30 52l-74 12z", fills.body),
  () => stand(200, 120) + globe(200, 92) + oval([200, 302, 50, 9], fills.deep),
];

const floorLamps: Drawing = (kind) => (floorLampKinds[kind] ?? floorLampKinds[0]!)();

const cushion = (fill: string) =>
  shape("M104 134q96 18 192 0q-18 86 0 172q-96 -14 -192 0q18 -86 0 -172z", fill);

const cushionKinds: readonly ((colour: Colourway) => string)[] = [
  (colour) => cushion(fills.body) + line("M124 154q76 12 152 0", colour.light, 3),
  (colour) =>
    rect([74, 222, 252, 88, 44], fills.body) +
    oval([100, 266, 20, 38], colour.dark) +
    oval([100, 266, 5, 8], colour.light),
  (colour) =>
    rect([84, 232, 232, 78, 34], fills.body) +
    line("M92 268H308", colour.dark, 3) +
    line("M200 236v64M140 238v60M260 238v60", fills.shade, 3),
  (colour) =>
    cushion(fills.body) +
    repeat(5, (row) => line(`M${116 + row} ${168 + row * 26}q84 12 ${168 - row * 2} 0`, colour.light, 8)),
  (colour) =>
    oval([200, 216, 100, 94], fills.body) +
    repeat(
      10,
      (ray) =>
        `<g transform="rotate(${ray * 36} 200 216)">${line("M200 216Q208 166 200 126", fills.shade, 3)}</g>`,
    ) +
    oval([200, 216, 9], colour.dark),
];

const cushions: Drawing = (kind, colour) => (cushionKinds[kind] ?? cushionKinds[0]!)(colour);

const flame = (x: number, y: number) =>
  oval([x, y - 16, 30, 34], "#ffdf8a44") +
  line(`M${x} ${y}v-8`, "#4a3b30", 3) +
  shape(`M${x} ${y - 42}q16 22 0 36q-16 -14 0 -36z`, "#f4a63c") +
  shape(`M${x} ${y - 28}q8 12 0 20q-8 -8 0 -20z`, "#fff2c4");

const wax = (x: number, width: number, height: number) =>
  rect([x - width / 2, 312 - height, width, height, 8], fills.body) +
  oval([x, 314 - height, width / 2 - 3, 6], "#ffffff55") +
  flame(x, 312 - height);

const candleKinds: readonly ((colour: Colourway) => string)[] = [
  () => wax(150, 62, 110) + wax(232, 70, 164),
  (colour) =>
    rect([138, 196, 124, 116, 14], fills.glass) +
    rect([144, 226, 112, 80, 10], fills.body) +
    rect([160, 246, 80, 40, 4], colour.wall) +
    line("M174 260h52M182 272h36", colour.dark, 3) +
    flame(200, 226),
  () => wax(150, 18, 176) + wax(200, 18, 206) + wax(250, 18, 160) + rect([122, 300, 156, 14, 7], fills.wood),
  () =>
    wax(200, 22, 168) +
    shape("M160 312q4 -64 40 -64t40 64z", fills.metal) +
    line("M238 292c34 -8 30 -34 2 -30", "#9aa1a6", 8),
  () =>
    repeat(
      4,
      (index) =>
        `<g transform="translate(${index * 66 - 99} 0)">${rect([174, 282, 52, 30, 8], fills.body)}${flame(200, 284)}</g>`,
    ),
];

const candles: Drawing = (kind, colour) => (candleKinds[kind] ?? candleKinds[0]!)(colour);

const branch = (y: number) =>
  line(
    `M200 ${y}C196 ${y - 50} 214 ${y - 70} 222 ${y - 104}M202 ${y - 10}C190 ${y - 40} 176 ${y - 58} 164 ${y - 78}`,
    "#6b5a3c",
    4,
  ) +
  [
    [222, 104],
    [212, 76],
    [232, 82],
    [164, 78],
    [178, 62],
    [160, 58],
    [208, 48],
    [190, 40],
  ]
    .map(([x = 0, rise = 0]) => oval([x, y - rise, 9, 13], rise % 4 ? "#7f8f5e" : "#98a877"))
    .join("");

const vaseOutlines = [
  [170, "M172 170h56q-8 34 24 66t-14 76h-76q-46 -44 -14 -76t24 -66z"],
  [206, "M188 206h24q-2 28 22 48t-4 58h-60q-28 -38 -4 -58t22 -48z"],
  [138, "M164 138h72q0 40 14 84t-12 90h-76q-26 -46 -12 -90t14 -84z"],
  [150, "M186 150h28v60q46 16 46 62q0 40 -26 40h-68q-26 0 -26 -40q0 -46 46 -62z"],
  [186, "M180 186h40q54 14 54 66t-46 60h-56q-46 -8 -46 -60t54 -66z"],
] as const;

const vases: Drawing = (kind, colour) => {
  const [neck, outline] = vaseOutlines[kind] ?? vaseOutlines[0];
  return (
    branch(neck + 4) +
    shape(outline, fills.body) +
    oval([200, neck + 2, kind === 0 ? 27 : kind === 2 ? 35 : 15, 5], colour.dark) +
    line("M158 258q-2 22 8 36", fills.gleam, 8)
  );
};

const clockMarks: readonly (readonly [count: number, from: number, width: number])[] = [
  [12, 78, 5],
  [60, 82, 3],
  [12, 80, 9],
  [4, 72, 8],
  [0, 0, 0],
];

const wallClocks: Drawing = (kind, colour) => {
  const [count, from, width] = measures(clockMarks, kind);
  const end = kind === 2 ? from : 90;
  const marks = repeat(
    count,
    (index) =>
      `<g transform="rotate(${(360 / count) * index} 200 186)">${line(`M200 ${186 - from}V${186 - end}`, colour.dark, width)}</g>`,
  );
  return [
    oval([206, 194, 118], fills.shade),
    oval([200, 186, 116], kind % 2 ? fills.body : fills.wood),
    oval([200, 186, 102], kind === 4 ? fills.body : "#fdfbf7"),
    marks,
    line("M200 186L158 150", kind === 4 ? colour.wall : "#3a3633", 8),
    line("M200 186L238 118", kind === 4 ? colour.wall : "#3a3633", 5),
    oval([200, 186, 8], colour.dark),
  ].join("");
};

export const living: Record<string, Drawing> = {
  "floor-lamps": floorLamps,
  cushions,
  candles,
  vases,
  "wall-clocks": wallClocks,
};
