import type { Colourway } from "../colourways.ts";
import type { Drawing } from "../types.ts";
import { fills, line, measures, oval, rect, repeat, shape } from "./svg.ts";

type Pattern = (colour: Colourway) => string;

/** A folded pile; the pattern lies on its face. */
function folded(pattern: string): string {
  return [
    rect([92, 256, 216, 56, 24], fills.deep),
    rect([88, 206, 224, 60, 26], fills.body),
    rect([94, 158, 212, 58, 26], fills.body),
    line("M120 238h170M124 288h160", fills.shade, 3),
    pattern,
    repeat(19, (index) => line(`M${100 + index * 11} 308v10`, "#ffffff88", 3)),
  ].join("");
}

const blanketPatterns: readonly Pattern[] = [
  () => "",
  (colour) => repeat(3, (row) => rect([130 + row * 54, 160, 16, 148, 0], colour.light)),
  (colour) =>
    repeat(4, (row) => rect([112 + row * 52, 160, 18, 148, 0], `${colour.dark}77`)) +
    repeat(3, (row) => rect([96, 176 + row * 48, 208, 12, 0], `${colour.light}99`)),
  (colour) =>
    repeat(8, (row) =>
      line(
        `M${112 + row * 25} 172l8 12l8 -12M${112 + row * 25} 226l8 12l8 -12M${112 + row * 25} 276l8 12l8 -12`,
        colour.light,
        4,
      ),
    ),
  (colour) => rect([182, 154, 36, 160, 4], "#8a6440") + rect([188, 196, 24, 18, 3], colour.light),
];

const blankets: Drawing = (kind, colour) => folded((blanketPatterns[kind] ?? blanketPatterns[0]!)(colour));

const pillow = (x: number, y: number, fill: string) =>
  shape(`M${x} ${y}q70 12 140 0q-8 46 0 92q-70 -10 -140 0q8 -46 0 -92z`, fill);

const linenKinds: readonly Pattern[] = [
  () => pillow(98, 154, fills.deep) + pillow(150, 214, fills.body),
  (colour) =>
    rect([84, 196, 232, 116, 22], fills.body) +
    shape("M84 218q0 -22 22 -22h188q22 0 22 22v26H84z", colour.light) +
    line("M110 270q90 14 180 0", fills.shade, 3),
  (colour) =>
    shape("M70 232h260l14 80H56z", fills.body) +
    shape("M70 232q130 -22 260 0l4 18q-134 -20 -268 0z", colour.light) +
    line("M120 262l-8 44M280 262l8 44", fills.shade, 3),
  (colour) =>
    pillow(70, 148, fills.deep) +
    pillow(190, 148, fills.deep) +
    rect([58, 216, 284, 96, 24], fills.body) +
    rect([58, 216, 284, 34, 17], colour.light),
  (colour) =>
    rect([70, 232, 260, 80, 40], fills.body) +
    oval([98, 272, 20, 34], colour.dark) +
    line("M150 236v72M250 236v72", fills.shade, 3),
];

const bedLinen: Drawing = (kind, colour) => (linenKinds[kind] ?? linenKinds[0]!)(colour);

const hung = (left: number, width: number, height: number) =>
  rect([left, 92, width, height, 6], fills.body) +
  rect([left, 92, width, 16, 6], fills.deep) +
  rect([left, 92 + height - 44, width, 10], fills.gleam);

const rail = line("M70 96H330", "#8d7a5c", 9);

const towelKinds: readonly Pattern[] = [
  () => hung(130, 140, 206) + rail,
  () => hung(152, 96, 140) + rail,
  () =>
    repeat(4, (row) =>
      rect([104 + row * 6, 270 - row * 42, 192 - row * 12, 42, 20], row % 2 ? fills.deep : fills.body),
    ),
  (colour) =>
    hung(108, 184, 212) + repeat(4, (row) => rect([124 + row * 44, 110, 20, 194, 0], colour.light)) + rail,
  (colour) =>
    hung(132, 136, 190) +
    repeat(6, (row) => line(`M140 ${124 + row * 24}h120M${150 + row * 20} 112v160`, `${colour.dark}44`, 3)) +
    rail,
];

const towels: Drawing = (kind, colour) => (towelKinds[kind] ?? towelKinds[0]!)(colour);

const label = (y: number, colour: Colourway) =>
  rect([168, y, 64, 62, 3], colour.wall) + line(`M180 ${y + 20}h40M180 ${y + 34}h28`, colour.dark, 3);

const pump = (y: number) =>
  rect([190, y - 34, 20, 38, 4], "#4b4642") + rect([158, y - 46, 60, 14, 7], "#4b4642");

const soapKinds: readonly Pattern[] = [
  (colour) => pump(170) + rect([148, 168, 104, 144, 20], fills.body) + label(216, colour),
  (colour) =>
    rect([176, 92, 48, 34, 6], "#4b4642") +
    shape("M146 312V160q0 -36 54 -36t54 36v152z", fills.body) +
    label(198, colour),
  (colour) =>
    rect([108, 226, 184, 84, 30], fills.deep) +
    rect([112, 214, 176, 80, 30], fills.body) +
    line("M160 254h80", colour.dark, 5) +
    oval([280, 198, 16], fills.gleam) +
    oval([304, 170, 9], fills.gleam),
  (colour) =>
    rect([184, 96, 32, 40, 5], fills.wood) +
    shape("M182 130h36v24q38 18 38 60v98H144v-98q0 -42 38 -60z", fills.body) +
    label(222, colour),
  () =>
    pump(186) +
    shape("M140 312q-8 -128 60 -128t60 128z", fills.body) +
    line("M164 286q-4 -52 20 -78", fills.gleam, 8),
];

const bathAndSoap: Drawing = (kind, colour) => (soapKinds[kind] ?? soapKinds[0]!)(colour);

const glint = line("M150 214l62 -82M166 246l94 -122", "#ffffffb0", 9);

const mirrors: Drawing = (kind) => {
  const frame = kind % 2 ? fills.wood : fills.body;
  const kinds: readonly string[] = [
    oval([206, 190, 118], fills.shade) + oval([200, 184, 116], frame) + oval([200, 184, 104], fills.metal),
    shape("M112 306V172a88 88 0 0 1 176 0v134z", frame) +
      shape("M124 294V172a76 76 0 0 1 152 0v122z", fills.metal),
    line("M150 300l-16 12M250 300l16 12", "#6b5a3c", 9) +
      rect([126, 52, 148, 256, 14], frame) +
      rect([138, 64, 124, 232, 8], fills.metal),
    oval([205, 186, 90, 124], fills.shade) +
      oval([200, 180, 88, 122], frame) +
      oval([200, 180, 76, 110], fills.metal),
    line("M200 258v44", "#6b5a3c", 9) +
      oval([200, 306, 58, 8], frame) +
      oval([200, 174, 92], frame) +
      oval([200, 174, 80], fills.metal),
  ];
  const [x, y] = measures(
    [
      [0, 0],
      [0, 10],
      [0, 0],
      [0, 0],
      [0, -10],
    ] as const,
    kind,
  );
  return `${kinds[kind]}<g transform="translate(${x} ${y})">${glint}</g>`;
};

export const bedAndBath: Record<string, Drawing> = {
  blankets,
  "bed-linen": bedLinen,
  towels,
  "bath-and-soap": bathAndSoap,
  mirrors,
};
