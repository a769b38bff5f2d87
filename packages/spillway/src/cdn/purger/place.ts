// A place in the invalidation log, as the edges keep it: up to where they have heard what ended.

export interface Place {
  epoch: string;
  generation: string;
  seq: number;
}

/** `epoch~generation~seq`. */
export function placeText({ epoch, generation, seq }: Place): string {
  return `${epoch}~${generation}~${seq}`;
}

/** Undefined for anything else. */
export function readPlace(text: string | null | undefined): Place | undefined {
  const [epoch, generation, seq] = (text ?? "").split("~");
  if (!epoch || !generation || !/^\d+$/.test(seq ?? "")) return undefined;
  return { epoch, generation, seq: Number(seq) };
}

/** The name of its line in the stream. */
export function lineId({ generation, seq }: Place): string {
  return `${generation}-${seq}`;
}
