import type { Drawing } from "../types.ts";
import { fills, line, measures, oval, rect, repeat, shape } from "./svg.ts";

const wood = "#a97f50";
const darkWood = "#86623a";

const legs = "M146 226L134 310M254 226L266 310";
const backLegs = "M162 226L158 296M238 226L242 296";

const chairBacks: readonly string[] = [
  line("M150 222L142 96M250 222L258 96", wood, 9) + rect([136, 92, 128, 44, 18], fills.body),
  shape("M128 224q-20 -118 72 -118t72 118z", fills.body) + line("M156 206q-6 -70 44 -76", fills.gleam, 8),
  repeat(6, (spindle) => line(`M${156 + spindle * 17.5} 222L${148 + spindle * 21} 104`, wood, 5)) +
    rect([132, 88, 136, 22, 11], fills.body),
  shape("M122 226q-14 -84 34 -120q44 -24 88 0q48 36 34 120z", fills.body),
  line("M148 222V84M252 222V84", wood, 10) +
    repeat(4, (rung) => rect([146, 96 + rung * 30, 108, 14, 7], fills.body)),
];

const chairs: Drawing = (kind, colour) =>
  [
    line(backLegs, darkWood, 9),
    chairBacks[kind] ?? chairBacks[0]!,
    line(legs, wood, 10),
    kind === 1 ? line("M118 190v38M282 190v38M112 190h30M258 190h30", wood, 9) : "",
    rect([126, 216, 148, 24, 12], kind % 2 ? fills.body : fills.wood),
    line("M138 222h112", `${colour.light}88`, 3),
  ].join("");

const stools: Drawing = (kind) => {
  const sizes = [
    [200, 118, 40],
    [120, 100, 60],
    [236, 132, 30],
    [216, 110, 50],
    [206, 128, 40],
  ] as const;
  const [top, width, splay] = measures(sizes, kind);
  const [left, right] = [200 - width / 2, 200 + width / 2];
  const rung = top + (312 - top) * 0.6;
  const seat =
    kind === 4
      ? rect([left - 6, top - 26, width + 12, 40, 20], fills.body)
      : rect([left, top - 8, width, 20, kind === 3 ? 10 : 6], fills.body);
  return [
    line(
      `M${left + 26} ${top}L${left + 30 - splay / 4} 300M${right - 26} ${top}L${right - 30 + splay / 4} 300`,
      darkWood,
      8,
    ),
    line(
      `M${left + 14} ${top}L${left + 14 - splay / 2} 310M${right - 14} ${top}L${right - 14 + splay / 2} 310`,
      wood,
      9,
    ),
    line(`M${left + 4} ${rung}H${right - 4}`, wood, 7),
    kind === 2 ? rect([left - 16, 270, width + 32, 14, 5], fills.body) : "",
    seat,
  ].join("");
};

const sofas: Drawing = (kind, colour) => {
  const sizes = [
    [244, 2, 96],
    [304, 3, 90],
    [208, 1, 104],
    [300, 1, 30],
    [168, 1, 116],
  ] as const;
  const [width, cushions, back] = measures(sizes, kind);
  const left = 200 - width / 2;
  const seat = (width - 48) / cushions;
  return [
    line(`M${left + 24} 288v22M${left + width - 24} 288v22`, "#7a5a38", 10),
    rect([left + 12, 262 - back, width - 24, back + 20, 24], fills.deep),
    repeat(cushions, (index) =>
      rect([left + 26 + index * seat, 270 - back, seat - 4, back - 16, 18], fills.body),
    ),
    repeat(
      cushions,
      (index) =>
        rect([left + 24 + index * seat, 236, seat - 1, 40, 14], fills.body) +
        line(`M${left + 36 + index * seat} 246h${seat - 26}`, `${colour.light}99`, 3),
    ),
    rect([left + 10, 266, width - 20, 28, 10], fills.deep),
    rect([left - 4, 206, 34, 88, 16], fills.body),
    kind === 3
      ? rect([left + 16, 204, 96, 38, 18], colour.light)
      : rect([left + width - 30, 206, 34, 88, 16], fills.body),
  ].join("");
};

const tables: Drawing = (kind, colour) => {
  const sizes = [
    [280, 190, 14],
    [236, 244, 20],
    [116, 206, 22],
    [290, 196, 30],
    [216, 196, 70],
  ] as const;
  const [width, top, inset] = measures(sizes, kind);
  const [left, right] = [200 - width / 2, 200 + width / 2];
  const trestle = `M${left + inset + 20} ${top}L${left + inset} 308M${left + inset + 20} ${top}L${left + inset + 44} 308M${right - inset - 20} ${top}L${right - inset} 308M${right - inset - 20} ${top}L${right - inset - 44} 308`;
  const base =
    kind === 3
      ? line(trestle, wood, 9)
      : kind === 4
        ? shape("M186 200h28l8 92q34 4 40 18H138q6 -14 40 -18z", fills.wood)
        : line(
            `M${left + inset} ${top}L${left + inset - 6} 308M${right - inset} ${top}L${right - inset + 6} 308`,
            wood,
            12,
          );
  return [
    base,
    rect([left, top - 8, width, 18, kind === 4 ? 9 : 4], kind % 2 ? fills.body : fills.wood),
    kind % 2 ? "" : rect([left + 14, top + 10, width - 28, 12, 2], darkWood),
    shape(`M186 ${top - 8}q-18 -34 -4 -50h36q14 16 -4 50z`, fills.body),
    line(`M196 ${top - 58}q-6 -34 -22 -46M204 ${top - 58}q2 -30 20 -52`, "#6d7d4f", 4),
    oval([172, top - 108, 10, 14], "#8a9a68"),
    oval([228, top - 114, 10, 14], "#7a8a58"),
    oval([200, top - 57, 18, 3], colour.dark),
  ].join("");
};

const books = (x: number, y: number, colour: string) =>
  rect([x, y - 40, 12, 40, 2], fills.body) +
  rect([x + 14, y - 34, 10, 34, 2], colour) +
  rect([x + 26, y - 44, 14, 44, 2], "#efe6d5") +
  rect([x + 42, y - 36, 9, 36, 2], fills.deep);

const shelvingKinds: readonly ((colour: string) => string)[] = [
  (colour) =>
    rect([110, 66, 180, 244, 6], fills.wood) +
    repeat(4, (row) => rect([120, 76 + row * 58, 160, 50, 2], "#7d5d3a")) +
    books(128, 126, colour) +
    books(214, 184, colour) +
    books(134, 242, colour) +
    books(200, 300, colour),
  (colour) =>
    rect([82, 214, 236, 16, 4], fills.wood) +
    line("M120 230v34M280 230v34", darkWood, 7) +
    books(116, 214, colour) +
    books(172, 214, colour) +
    shape("M250 214q-10 -30 0 -42h28q10 12 0 42z", fills.body),
  (colour) =>
    line("M140 70L116 310M260 70L284 310", wood, 9) +
    repeat(4, (row) => rect([136 - row * 6, 108 + row * 58, 128 + row * 12, 10, 3], fills.wood)) +
    books(168, 108, colour) +
    books(190, 166, colour) +
    books(150, 224, colour),
  (colour) =>
    rect([106, 120, 190, 190, 5], fills.wood) +
    repeat(4, (cell) =>
      rect(
        [116 + (cell % 2) * 90, 130 + Math.floor(cell / 2) * 90, 80, 80, 2],
        cell === 1 ? fills.body : "#7d5d3a",
      ),
    ) +
    books(126, 210, colour) +
    books(222, 300, colour),
  (colour) =>
    line("M92 282v28M308 282v28", darkWood, 10) +
    rect([72, 196, 256, 92, 8], fills.wood) +
    rect([80, 206, 118, 72, 4], fills.body) +
    rect([202, 206, 118, 72, 4], fills.body) +
    oval([190, 242, 4], colour) +
    oval([210, 242, 4], colour) +
    books(110, 196, colour),
];

const shelving: Drawing = (kind, colour) => (shelvingKinds[kind] ?? shelvingKinds[0]!)(colour.dark);

export const furniture: Record<string, Drawing> = { chairs, stools, sofas, tables, shelving };
