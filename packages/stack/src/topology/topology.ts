// From settings to a graph of named nodes. Pure: no disk, no clock, no network.

import type { Settings } from "../config/settings.ts";

export type Role =
  | "primary"
  | "replica"
  | "cache"
  | "storage"
  | "app"
  | "balancer"
  | "edge"
  | "purger"
  | "worker";

/**
 * The two sets of servers: one has the current version of the app, the other takes the next one (a blue/green
 * deployment).
 */
export const groups = ["blue", "green"] as const;
export type Group = (typeof groups)[number];

/** One process of the stack. */
export interface Node {
  /** `replica-1`, `app-3`, `balancer`: also the name of its folder and of its log. */
  name: string;
  role: Role;
  /** Of a server. */
  group?: Group;
  /**
   * Ports by purpose; `main` is the one it serves on. An app's `private` has its metrics, an edge's `cdn` the
   * stored objects and its `control` the purger, and the balancer's `once` takes connections that carry a single
   * request.
   */
  ports: Readonly<Record<string, number>>;
  /** Nodes it sends requests to. */
  upstreams: readonly string[];
}

export interface Topology {
  name: string;
  /** In the order of a request's way back: data first, edges last. Every slot for a server of either group is there. */
  nodes: readonly Node[];
}

/** A port that must be found before the topology can be drawn. */
export interface PortRequest {
  /** `edge-1`, or `app-2.private` for a second purpose. */
  key: string;
  /** The setting that would fix it, for messages. */
  setting: string;
  /** Exactly this port, or an error. */
  required?: number;
  /** This one if it is free. */
  preferred?: number;
  host: string;
}

const localhost = "127.0.0.1";
/** Where the first edge is looked for when no port was asked for. */
const firstEdgePort = 8080;

/** The ports a stack needs, one request each. */
export function portRequests(settings: Settings): PortRequest[] {
  return nodeShapes(settings).flatMap(({ name, role, purposes }) =>
    purposes.map((purpose): PortRequest => {
      const key = portKey(name, purpose);
      const host = role === "edge" && purpose !== "control" ? settings.edge.host : localhost;
      if (purpose !== "main") return { key, setting: key, host };
      return { key, host, ...mainPort(settings, role, name) };
    }),
  );
}

function mainPort(settings: Settings, role: Role, name: string): Omit<PortRequest, "key" | "host"> {
  const index = indexOf(name);
  switch (role) {
    case "edge": {
      const { port } = settings.edge;
      return port === 0
        ? { setting: "edge.port", preferred: firstEdgePort + index - 1 }
        : { setting: "edge.port", required: port + index - 1 };
    }
    case "primary":
      return exactly("database.port", settings.database.port);
    case "cache":
      return exactly("cache.port", settings.cache.port);
    case "storage":
      return exactly("storage.port", settings.storage.port);
    case "balancer":
      return exactly("balancer.port", settings.balancer.port);
    default:
      return { setting: name };
  }
}

function exactly(setting: string, port: number): Omit<PortRequest, "key" | "host"> {
  return port === 0 ? { setting } : { setting, required: port };
}

/** The number at the end of a name: 2 for `replica-2`, 1 for a name without. */
export function indexOf(name: string): number {
  return Number(/-(\d+)$/.exec(name)?.[1] ?? 1);
}

const portKey = (name: string, purpose: string): string => (purpose === "main" ? name : `${name}.${purpose}`);

/** Draws the topology with the ports that were found for `portRequests`. */
export function drawTopology(settings: Settings, ports: Readonly<Record<string, number>>): Topology {
  const shapes = nodeShapes(settings);
  const named = (role: Role): string[] => shapes.filter((one) => one.role === role).map((one) => one.name);
  const upstreams: Record<Role, string[]> = {
    primary: [],
    replica: named("primary"),
    cache: [],
    storage: [],
    app: ["primary", "replica", "cache", "storage"].flatMap((role) => named(role as Role)),
    worker: [],
    balancer: named("app"),
    edge: [...named("balancer"), ...named("storage")],
    purger: [...named("cache"), ...named("edge")],
  };
  const nodes = shapes.map(({ name, role, purposes }) => {
    const portOf = (purpose: string): [string, number] => [purpose, ports[portKey(name, purpose)] ?? 0];
    const node: Node = {
      name,
      role,
      ports: Object.fromEntries(purposes.map(portOf)),
      upstreams: upstreams[role],
    };
    if (role === "app") node.group = groupOf(name, settings);
    return node;
  });
  return { name: settings.name, nodes };
}

interface Shape {
  name: string;
  role: Role;
  purposes: readonly string[];
}

function nodeShapes({ database, app, edge }: Settings): Shape[] {
  return [
    { name: "primary", role: "primary", purposes: ["main"] },
    ...numbered("replica", database.replicas, ["main"]),
    { name: "cache", role: "cache", purposes: ["main"] },
    { name: "storage", role: "storage", purposes: ["main"] },
    ...numbered("app", groups.length * app.maxInstances, ["main", "private"]),
    { name: "balancer", role: "balancer", purposes: ["main", "once"] },
    ...numbered("edge", edge.instances, ["main", "cdn", "control"]),
    { name: "purger", role: "purger", purposes: ["main"] },
  ];
}

/** The numbers of the second group follow on those of the first. */
function groupOf(name: string, { app }: Settings): Group {
  return indexOf(name) <= app.maxInstances ? "blue" : "green";
}

function numbered(role: Role, count: number, purposes: readonly string[]): Shape[] {
  return Array.from({ length: count }, (_, index) => ({ name: `${role}-${index + 1}`, role, purposes }));
}

/** The node of that name. Throws when there is none: names come from the topology itself. */
export function nodeNamed(topology: Topology, name: string): Node {
  const node = topology.nodes.find((one) => one.name === name);
  if (node === undefined) throw new Error(`no node ${name} in the topology`);
  return node;
}

/** The slots for servers of one group, in order. */
export function slotsOf(topology: Topology, group: Group): Node[] {
  return topology.nodes.filter((node) => node.group === group);
}

export function nodesOf(topology: Topology, role: Role): Node[] {
  return topology.nodes.filter((node) => node.role === role);
}

/** The address at which users reach the app. */
export function edgeUrl(
  settings: Settings,
  topology: Topology,
  purpose: "main" | "cdn" = "main",
): string | undefined {
  const first = nodesOf(topology, "edge")[0];
  if (first === undefined) return undefined;
  const { host } = settings.edge;
  const reachable =
    host === "0.0.0.0" ? localhost : host === "::" ? "[::1]" : host.includes(":") ? `[${host}]` : host;
  return `http://${reachable}:${first.ports[purpose]}`;
}
