// What is to be put into a log for commits that it lacks.

import type { Invalidation, InvalidationLog } from "../../coherence/log.ts";
import type { Commit, Part } from "./commit.ts";

/** What `log` lacks of a commit. */
export function lacking(log: InvalidationLog, { parts }: Commit): readonly Part[] {
  return parts.filter(({ id }) => id === undefined || !log.hasCommit(id));
}

/** A position under the name of its cluster. */
export type FenceOf = (lsn: number) => Invalidation["fence"];

/** In the order of the commits. Neighbours that have no name are one: a script in psql may commit a thousand times. */
export function announcementsOf(
  log: InvalidationLog,
  commits: readonly Commit[],
  fenceOf: FenceOf,
): Invalidation[] {
  const announcements: Invalidation[] = [];
  let loose: { tags: Set<string>; all: boolean; end: number } | undefined;
  const close = (): void => {
    if (loose !== undefined) announcements.push(announcement(undefined, loose, fenceOf(loose.end)));
    loose = undefined;
  };
  for (const commit of commits)
    for (const { id, tags, all } of lacking(log, commit)) {
      if (id === undefined) {
        loose ??= { tags: new Set(), all: false, end: 0 };
        for (const tag of tags) loose.tags.add(tag);
        loose.all ||= all;
        loose.end = commit.end;
        if (commit.result !== "repeated") commit.result = "rows";
      } else {
        close();
        announcements.push(announcement(id, { tags, all }, fenceOf(commit.end)));
        commit.result = "repeated";
      }
    }
  close();
  return announcements;
}

function announcement(
  commit: string | undefined,
  { tags, all }: { tags: Iterable<string>; all: boolean },
  fence: Invalidation["fence"],
): Invalidation {
  return {
    tags: [...tags],
    fence,
    source: "tailer",
    ...(all ? { all } : {}),
    ...(commit === undefined ? {} : { commit }),
  };
}
