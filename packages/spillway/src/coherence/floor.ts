// What this process has written, for those who read outside of any request or job.

import { later, type Position } from "./position.ts";
import { currentScope } from "./scope.ts";
import { processState } from "../process-state.ts";

interface Floor {
  position: Position | undefined;
  /** Commits whose end is not known yet: until it is, only the primary has them for certain. */
  unknown: number;
}

const floors = processState("floors", () => new Map<string, Floor>());

function floorOf(cluster: string): Floor {
  const floor = floors.get(cluster) ?? { position: undefined, unknown: 0 };
  floors.set(cluster, floor);
  return floor;
}

/** What a read must see: what its request was given and wrote; outside of any, what this process wrote. */
export function mustSee(cluster: string): Position | undefined {
  const scope = currentScope();
  if (scope !== undefined) return scope.mustSee(cluster);
  const floor = floors.get(cluster);
  if (floor === undefined || floor.unknown === 0) return floor?.position;
  return { timeline: floor.position?.timeline ?? 0, lsn: Infinity };
}

/** A commit was acknowledged and ends at `position`. */
export function remember(cluster: string, position: Position): void {
  currentScope()?.wrote(cluster, position);
  const floor = floorOf(cluster);
  floor.position = later(floor.position, position);
}

/**
 * A commit was acknowledged and nobody knows where it ends. Its request stays at the primary, and so do its
 * token's bearers. `find` looks for a position that is surely past it.
 */
export async function rememberUnknown(
  cluster: string,
  timeline: number,
  find: () => Promise<Position>,
): Promise<void> {
  currentScope()?.wrote(cluster, { timeline, lsn: Infinity });
  const floor = floorOf(cluster);
  floor.unknown++;
  floor.position = later(floor.position, await find());
  floor.unknown--;
}

/** All that this process has written, by cluster; what an invalidation made now must be loaded past. */
export function writtenSoFar(): Map<string, Position> {
  const written = new Map<string, Position>(currentScope()?.positions());
  for (const [cluster, { position, unknown }] of floors) {
    const timeline = position?.timeline ?? 0;
    if (unknown > 0) written.set(cluster, { timeline, lsn: Infinity });
    else if (position !== undefined) written.set(cluster, later(written.get(cluster), position));
  }
  return written;
}

const sharing = processState("sharing", () => ({ positions: false }));

/** From now on other processes hear of what this one writes, and may read replicas where it has none. */
export function sharePositions(): void {
  sharing.positions = true;
}

export function arePositionsShared(): boolean {
  return sharing.positions;
}
