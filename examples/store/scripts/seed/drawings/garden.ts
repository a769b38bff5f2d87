import type { Colourway } from "../colourways.ts";
import type { Drawing } from "../types.ts";
import { fills, line, measures, oval, rect, repeat, shape, turned } from "./svg.ts";

const leaf = (x: number, y: number, angle: number) =>
  `<g transform="translate(${x} ${y}) rotate(${angle})"><path d="M0 0q-22 -40 0 -84q22 44 0 84z" fill="${angle % 2 ? "#6f8f5a" : "#557a4a"}"/></g>`;

const tuft = (y: number) => [-58, -33, -8, 17, 42, 64].map((angle) => leaf(200, y, angle)).join("");

const planters: Drawing = (kind, colour) => {
  const sizes = [
    [138, 116, 22],
    [104, 186, 14],
    [240, 80, 8],
    [188, 84, 40],
    [132, 100, 18],
  ] as const;
  const [width, height, taper] = measures(sizes, kind);
  const foot = kind === 4 ? 34 : 0;
  const [left, right, top] = [200 - width / 2, 200 + width / 2, 312 - height - foot];
  return [
    tuft(top + 6),
    kind === 2
      ? `<g transform="translate(-72 0)">${tuft(top + 6)}</g><g transform="translate(72 0)">${tuft(top + 6)}</g>`
      : "",
    foot ? line(`M${left + 34} 276l-8 34M${right - 34} 276l8 34`, "#86623a", 9) : "",
    shape(`M${left} ${top}H${right}L${right - taper} ${312 - foot}H${left + taper}z`, fills.body),
    rect([left - 6, top - 8, width + 12, 22, 6], fills.deep),
    line(`M${left + 18} ${top + 30}l${taper * 0.5} ${height * 0.5}`, fills.gleam, 7),
    line(`M${left + 20} ${top + 22}H${right - 20}`, `${colour.dark}55`, 3),
  ].join("");
};

const wateringCans: Drawing = (kind, colour) => {
  const sizes = [
    [132, 124, 92],
    [108, 92, 120],
    [112, 104, 150],
    [156, 138, 90],
    [92, 120, 40],
  ] as const;
  const [width, height, reach] = measures(sizes, kind);
  const left = 108;
  const [right, top] = [left + width, 312 - height];
  const end = Math.min(right + reach, 366);
  return [
    line(`M${right - 8} 286L${end} ${top - 10}`, colour.dark, kind === 3 ? 16 : 10),
    kind === 0 || kind === 3
      ? `<g transform="translate(${end} ${top - 10}) rotate(-48)">${rect([-2, -19, 15, 38, 5], fills.deep)}</g>`
      : "",
    line(`M${left + 10} 280c-66 -30 -40 -140 ${width * 0.55} ${-height - 6}`, colour.dark, 10),
    shape(`M${left + 10} ${top}H${right - 10}L${right} 312H${left}z`, fills.body),
    oval([left + width / 2, top, width / 2 - 10, 10], colour.dark),
    rect([left, 270, width, 8], fills.gleam),
    line(`M${left + 26} ${top + 24}l-5 ${height * 0.4}`, fills.gleam, 8),
  ].join("");
};

const toolHeads: readonly string[] = [
  shape("M176 168h48q10 -84 -24 -118q-34 34 -24 118z", fills.metal),
  line("M170 150V66M200 150V56M230 150V66M170 150H230", "#9aa1a6", 11),
  shape("M182 168h36l-18 -112z", fills.metal),
  shape("M150 74h88l10 34h-98zM190 100h18v68h-18z", fills.metal),
  shape("M184 168h32q6 -92 -16 -128q-22 36 -16 128z", fills.metal) +
    line("M190 140h10M190 118h10M192 96h8", "#6b7277", 3),
];

const handTools: Drawing = (kind, colour) =>
  turned(
    32,
    [
      toolHeads[kind] ?? toolHeads[0]!,
      rect([192, 150, 16, 44, 4], "#9aa1a6"),
      rect([184, 186, 32, 134, 16], fills.wood),
      rect([184, 280, 32, 24, 8], fills.body),
      line("M194 202v64", fills.gleam, 5),
      oval([200, 310, 5], colour.dark),
    ].join(""),
  );

const roofed = (peak: number, hole: number) => (colour: Colourway) =>
  rect([138, peak + 70, 124, 236 - peak, 6], fills.body) +
  shape(`M110 ${peak + 84}L200 ${peak}l90 84l-12 14L200 ${peak + 28}l-78 70z`, "#86623a") +
  shape(`M138 ${peak + 86}L200 ${peak + 28}l62 58z`, fills.body) +
  oval([200, peak + 128, hole], "#3a3028") +
  line(`M200 ${peak + 166}v14`, colour.dark, 7);

const houses: readonly ((colour: Colourway) => string)[] = [
  roofed(88, 24),
  (colour) =>
    rect([136, 110, 128, 196, 4], fills.body) +
    shape("M118 118l12 -32h140l12 32z", "#86623a") +
    oval([200, 168, 22], "#3a3028") +
    line("M136 220h128M136 262h128", colour.dark, 3),
  (colour) =>
    line("M200 44v50", colour.dark, 4) +
    shape("M112 150L200 88l88 62z", "#86623a") +
    line("M146 150v120M254 150v120", "#a97f50", 8) +
    rect([160, 160, 80, 96, 8], fills.glass) +
    rect([164, 196, 72, 60, 4], "#c9a35a") +
    rect([112, 264, 176, 20, 8], fills.body),
  roofed(124, 18),
  (colour) =>
    shape("M100 190q100 -150 200 0v116H100z", fills.body) +
    shape("M84 198q116 -170 232 0l-16 8q-100 -140 -200 0z", "#86623a") +
    shape("M150 242a50 34 0 0 1 100 0z", "#3a3028") +
    line("M100 270h200", colour.dark, 3),
];

const birdHouses: Drawing = (kind, colour) => (houses[kind] ?? houses[0]!)(colour);

const greens: readonly string[] = [
  [-62, -30, 0, 31, 60]
    .map(
      (angle) =>
        `<g transform="rotate(${angle} 200 232)"><path d="M200 232V150" stroke="#4b6b3e" stroke-width="5"/><path d="M200 168c-46 -6 -52 -62 0 -88c52 26 46 82 0 88z" fill="${angle % 2 ? "#6f8f5a" : "#557a4a"}"/><path d="M200 150l-22 -14M200 130l22 -14" stroke="#ffffff40" stroke-width="5"/></g>`,
    )
    .join(""),
  [-20, -9, 2, 13, 24]
    .map(
      (angle) =>
        `<g transform="rotate(${angle} 200 240)"><path d="M188 240q-8 -96 12 -176q20 80 12 176z" fill="${angle % 2 ? "#6f8f5a" : "#557a4a"}"/><path d="M200 228q-3 -80 0 -132" stroke="#c6d3a0" stroke-width="3" fill="none"/></g>`,
    )
    .join(""),
  repeat(
    11,
    (frond) =>
      `<g transform="rotate(${frond * 17 - 85} 200 236)"><path d="M200 236q-16 -62 0 -118q16 56 0 118z" fill="${frond % 2 ? "#6f8f5a" : "#7fa06a"}"/></g>`,
  ),
  line("M200 240V128", "#7a5f3f", 9) +
    [
      [200, 96, 46],
      [162, 122, 34],
      [238, 124, 34],
      [184, 78, 26],
      [224, 82, 26],
    ]
      .map(([x = 0, y = 0, size = 0]) => oval([x, y, size], size > 30 ? "#7d9169" : "#93a57f"))
      .join(""),
  rect([172, 104, 56, 140, 28], "#5f8a5c") +
    line("M174 190h-26v-40M226 176h28v-48", "#5f8a5c", 24) +
    line("M188 124v106M200 120v110M212 124v106", "#8fb389", 3) +
    oval([200, 104, 10, 7], "#e08fa0"),
];

const houseplants: Drawing = (kind, colour) =>
  [
    greens[kind] ?? greens[0]!,
    shape("M144 226H256L244 312H156z", fills.body),
    rect([138, 216, 124, 22, 6], fills.deep),
    line("M164 252l5 40", fills.gleam, 7),
    line("M150 240H250", `${colour.dark}44`, 3),
  ].join("");

export const garden: Record<string, Drawing> = {
  planters,
  "watering-cans": wateringCans,
  "hand-tools": handTools,
  "bird-houses": birdHouses,
  houseplants,
};
