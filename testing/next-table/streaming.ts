// A page whose shell must not wait for its slow part.

import { shown } from "./reading.ts";
import type { World } from "./world.ts";

export interface Streamed {
  path: string;
  /** The name at the origin that the slow part asks for. */
  held: string;
  /** Whether the shell is in the part of the answer that has arrived. */
  hasShell: (text: string) => boolean;
  /** The id of the element that the slow part fills. */
  slow: string;
}

/** Who has no shell by then is waiting for the whole page. */
const patienceMs = 3_000;

export async function stream(
  world: World,
  { path, held, hasShell, slow }: Streamed,
): Promise<{ shellFirst: boolean; filled: boolean }> {
  const release = world.origin.hold(held);
  const giveUp = setTimeout(release, patienceMs);
  let text = "";
  let shellFirst = false;
  for await (const part of await world.open(path)) {
    text += String(part);
    if (shellFirst || !hasShell(text)) continue;
    shellFirst = shown(text, slow) === undefined;
    release();
  }
  clearTimeout(giveUp);
  return { shellFirst, filled: shown(text, slow) !== undefined };
}
