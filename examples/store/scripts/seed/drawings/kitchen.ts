import type { Drawing } from "../types.ts";
import { fills, line, measures, oval, rect, shape, turned } from "./svg.ts";

const mugs: Drawing = (kind, colour) => {
  const sizes = [
    [120, 124, 26],
    [88, 76, 20],
    [164, 96, 56],
    [104, 168, 18],
    [130, 118, 8],
  ] as const;
  const [width, height, round] = measures(sizes, kind);
  const [left, right, top] = [200 - width / 2, 200 + width / 2, 312 - height];
  return [
    line(
      `M${right - 6} ${top + height * 0.22}c${width * 0.4} -8 ${width * 0.4} ${height * 0.58} -4 ${height * 0.5}`,
      colour.dark,
      13,
    ),
    shape(
      `M${left} ${top}H${right}V${312 - round}q0 ${round} ${-round} ${round}H${left + round}q${-round} 0 ${-round} ${-round}z`,
      fills.body,
    ),
    oval([200, top, width / 2, 11], colour.dark),
    oval([200, top + 3, width / 2 - 7, 7], "#4a3020"),
    rect([left + 14, top + 24, 9, height * 0.5, 5], fills.gleam),
  ].join("");
};

const kettles: Drawing = (kind, colour) => {
  const sizes = [
    [150, 112, 40],
    [136, 100, 30],
    [160, 122, 62],
    [176, 100, 48],
    [144, 128, 72],
  ] as const;
  const [width, height, round] = measures(sizes, kind);
  const [left, right, top] = [200 - width / 2, 200 + width / 2, 312 - height];
  const spout =
    kind === 1
      ? line(`M${right - 10} 290c60 -10 20 -110 72 -132`, colour.dark, 11)
      : shape(
          `M${right - 22} ${top + 60}L${right + 44} ${top + 2}l16 8L${right - 8} ${top + 100}z`,
          fills.deep,
        );
  return [
    spout,
    line(
      `M${left + 22} ${top + 16}C${left + 10} ${top - 92} ${right - 10} ${top - 92} ${right - 22} ${top + 16}`,
      kind % 2 ? "#3b3532" : "#a97f50",
      13,
    ),
    shape(
      `M${left} 312q-8 ${-height * 0.5} ${round} ${-height}H${right - round}q${round + 8} ${height * 0.5} ${round} ${height}z`,
      fills.body,
    ),
    oval([200, top + 2, width / 2 - round + 8, 8], colour.dark),
    oval([200, top - 9, 11, 9], kind % 2 ? "#3b3532" : "#a97f50"),
    line(`M${left + 22} 290q2 -40 ${round * 0.7} ${-height * 0.66}`, fills.gleam, 8),
  ].join("");
};

const saucepans: Drawing = (kind, colour) => {
  const sizes = [
    [150, 92, 1],
    [184, 96, 0],
    [112, 84, 1],
    [160, 140, 0],
    [190, 58, 1],
  ] as const;
  const [width, height, handle] = measures(sizes, kind);
  const left = kind === 4 ? 66 : handle ? 88 : 200 - width / 2;
  const [right, top] = [left + width, 312 - height];
  const grip = handle
    ? line(`M${right - 4} ${top + 20}L${Math.min(right + 108, 368)} ${top + 4}`, "#5b4632", 14)
    : line(`M${left + 4} ${top + 22}h-26v20h26M${right - 4} ${top + 22}h26v20h-26`, colour.dark, 11);
  return [
    grip,
    shape(`M${left} ${top}H${right}V294q0 18 -18 18H${left + 18}q-18 0 -18 -18z`, fills.body),
    rect([left - 6, top - 8, width + 12, 13, 6], fills.metal),
    shape(`M${left} ${top - 8}q${width / 2} -44 ${width} 0z`, fills.deep),
    rect([left + width / 2 - 15, top - 42, 30, 13, 6], "#5b4632"),
    rect([left + 16, top + 20, 9, height * 0.48, 5], fills.gleam),
  ].join("");
};

const blades = [
  "M150 232L330 232Q322 262 268 270L150 270z",
  "M150 240L270 240Q258 262 224 264L150 264z",
  "M140 236H346l-10 14q-4 6 -10 6H140z",
  "M150 226L300 226Q330 232 334 268L150 268z",
  "M156 200H330V280H156z",
] as const;

const kitchenKnives: Drawing = (kind, colour) =>
  turned(
    -34,
    [
      shape(blades[kind] ?? blades[0], fills.metal),
      line(`M166 247H${kind === 1 ? 232 : 290}`, fills.gleam, 4),
      rect([146, 232, 14, 34, 3], "#8c9297"),
      shape("M50 232q50 -6 98 0v34q-50 4 -90 2q-24 -16 -8 -36z", fills.body),
      oval([76, 249, 4], colour.light),
      oval([104, 249, 4], colour.light),
      oval([132, 249, 4], colour.light),
    ].join(""),
  );

const boardOutlines = [
  rect([122, 92, 156, 220, 18], fills.wood),
  rect([80, 214, 240, 98, 48], fills.wood),
  `${rect([184, 60, 32, 90, 14], fills.wood)}${rect([132, 132, 136, 180, 40], fills.wood)}`,
  `${rect([184, 74, 32, 70, 14], fills.wood)}${oval([200, 216, 96], fills.wood)}`,
  rect([96, 164, 208, 148, 12], fills.wood),
] as const;

const cuttingBoards: Drawing = (kind, colour) => {
  const holes = [
    [200, 114],
    [112, 263],
    [200, 80],
    [200, 92],
    [278, 186],
  ] as const;
  const [x, y] = measures(holes, kind);
  return [
    boardOutlines[kind] ?? boardOutlines[0],
    line("M150 236q60 -12 104 0M146 262q50 -10 108 2M160 288q44 -8 84 0", "#8a643a55", 3),
    oval([x, y, 8], colour.wall),
    shape("M232 312a34 34 0 0 1 68 0z", fills.body),
    oval([250, 302, 5, 3], colour.light),
  ].join("");
};

export const kitchen: Record<string, Drawing> = {
  mugs,
  kettles,
  saucepans,
  "kitchen-knives": kitchenKnives,
  "cutting-boards": cuttingBoards,
};
