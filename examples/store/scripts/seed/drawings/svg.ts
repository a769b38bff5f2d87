/** The few marks everything is drawn with. Fills `body`, `wood`, `metal` name gradients of `scene.ts`. */
type Box = readonly [x: number, y: number, width: number, height: number, radius?: number];
type Round = readonly [x: number, y: number, radiusX: number, radiusY?: number];

export const fills = {
  body: "url(#body)",
  deep: "url(#deep)",
  wood: "url(#wood)",
  metal: "url(#metal)",
  glass: "url(#glass)",
  shade: "#00000022",
  gleam: "#ffffff66",
} as const;

export function rect([x, y, width, height, radius = 0]: Box, fill: string): string {
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="${radius}" fill="${fill}"/>`;
}

export function oval([x, y, radiusX, radiusY = radiusX]: Round, fill: string): string {
  return `<ellipse cx="${x}" cy="${y}" rx="${radiusX}" ry="${radiusY}" fill="${fill}"/>`;
}

export function shape(d: string, fill: string): string {
  return `<path d="${d}" fill="${fill}"/>`;
}

export function line(d: string, colour: string, width: number): string {
  return `<path d="${d}" fill="none" stroke="${colour}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round"/>`;
}

export function turned(degrees: number, marks: string): string {
  return `<g transform="rotate(${degrees} 200 210)">${marks}</g>`;
}

/** `count` marks, drawn one after the other. */
export function repeat(count: number, mark: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => mark(index)).join("");
}

/** The measures of one kind, out of one row per kind. */
export function measures<T extends readonly number[]>(rows: readonly T[], kind: number): T {
  const row = rows[kind];
  if (row === undefined) throw new Error(`No measures for kind ${kind}: a category has five.`);
  return row;
}
