// Which servers a request is for, as both balancers are told. Pure.

import { type Group, groups } from "../topology/topology.ts";

/**
 * A page of Next.js names the deployment that rendered it in what it asks for: `?dpl=` or `x-deployment-id` (Next.js
 * documentation, "deploymentId"). That one's servers answer it. What names none, or one that is gone, is for the current
 * version.
 */
export interface Routes {
  current: Group;
  /** By deployment: those that can be asked for. */
  versions: Readonly<Record<string, Group>>;
}

/** What Next.js allows in the name of a deployment: also as the name of a file it leads nowhere else. */
export const deploymentPattern = "[A-Za-z0-9_-]{1,128}";

/** Of a balancer's set of servers. */
export const backendOf = (group: Group): string => `app_${group}`;

/** Stands for the current version where names of deployments do: it cannot be one. */
export const currentKey = ".current";

/** For HAProxy: a line for each name. */
export function versionsMap({ current, versions }: Routes): string {
  const lines = Object.entries({ ...versions, [currentKey]: current });
  return lines.map(([name, group]) => `${name} ${backendOf(group)}\n`).join("");
}

/** For nginx: the names of files, in a folder for each group. The first group is current where no file says so. */
export function versionFiles({ current, versions }: Routes): Set<string> {
  const named = Object.entries(versions).map(([name, group]) => `${group}/${name}`);
  return new Set([...named, ...(current === groups[0] ? [] : [`${current}/${currentKey}`])]);
}
