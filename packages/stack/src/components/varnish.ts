// An edge: Varnish in front of the balancer, with a second address for what lies in storage.

import { chmodSync, chownSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { edgeHealthPath, balancerHealthPath } from "../render/paths.ts";
import { edgeVcl } from "../render/edge/vcl.ts";
import { isRoot, systemFolder } from "../state/folder.ts";
import { nodeNamed } from "../topology/topology.ts";
import type { Component, ProbeResult } from "./component.ts";
import type { Command } from "../process/command.ts";
import type { StackContext } from "./context.ts";
import { askHttp } from "./probe.ts";
import { program, varnishProgram } from "./programs.ts";

/**
 * What Varnish does not write into its log in memory, which takes more than a quarter of what a hit costs. It still
 * tells of backends, errors and all that the VCL says; `Cache-Status` tells how a request was answered.
 */
export const quietLog: string = [
  ...["Begin", "End", "Link", "Length", "Filters", "Hit", "Timestamp", "VCL_call", "VCL_return"],
  ...["ReqStart", "ReqMethod", "ReqURL", "ReqProtocol", "ReqHeader", "ReqUnset", "ReqAcct"],
  ...["RespProtocol", "RespStatus", "RespReason", "RespHeader", "RespUnset"],
  ...["ObjProtocol", "ObjStatus", "ObjReason", "ObjHeader"],
]
  .map((tag) => `-${tag}`)
  .join(",");

// Started by root, Varnish reads its VCL as a user of its own, which may not enter the app's folder.
function homeOf({ folder, id }: StackContext, name: string): string {
  return isRoot ? join(systemFolder(id), name) : folder.of(name);
}

/** Where an edge keeps its counters and its log in memory (varnishd(1), -n). */
export function varnishFolder(context: StackContext, name: string): string {
  return join(homeOf(context, name), "work");
}

export function varnishComponent(context: StackContext, name: string): Component {
  const { folder, settings, topology, secrets } = context;
  const home = homeOf(context, name);
  const vcl = join(home, "edge.vcl");
  const ports = nodeNamed(topology, name).ports;
  const { host, memoryMb } = settings.edge;
  // Where it can be asked from this machine, whatever it listens on.
  const asked = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  const address = (port: number): string => `${host.includes(":") ? `[${host}]` : host}:${port}`;

  return {
    name,
    role: "edge",
    port: ports["main"]!,
    startTimeoutMs: 30_000,
    stop: { signal: "SIGTERM", to: "leader", timeoutMs: 5_000 },
    health: { intervalMs: 1_000, timeoutMs: 2_000, replaceAfterSilentMs: 5_000 },
    permanentFailures: [/Message from VCC-compiler/, /Could not get socket|Address already in use/],

    async prepare() {
      mkdirSync(home, { recursive: true });
      writeVcl(
        vcl,
        edgeVcl({ settings, topology, originSecret: secrets.origin, purgeSecret: secrets.purge }),
      );
      if (isRoot) linkAnew(vcl, join(folder.of(name), "edge.vcl"));
    },

    command(): Command {
      const parameters = {
        // Nothing is stored unless its response says for how long, nor served past it unless it says so.
        default_ttl: "0",
        default_grace: "0",
        // Two pools of 100 threads are for hosts that do nothing else.
        thread_pool_min: "20",
        timeout_idle: "65",
        // How many of those that waited for a response are woken at a time, once it turns out to be for one alone; and
        // again as many by each of them, when its own is there. With the default of 3, the last of a hundred waited
        // for four answers.
        rush_exponent: "1000",
        vsl_mask: quietLog,
      };
      return {
        file: program(varnishProgram()),
        args: [
          "-F",
          ...["-n", varnishFolder(context, name)],
          ...["-i", name],
          ...["-a", `web=${address(ports["main"]!)}`],
          ...["-a", `cdn=${address(ports["cdn"]!)}`],
          // For the purger, who is on this machine.
          ...["-a", `control=127.0.0.1:${ports["control"]!}`],
          ...["-f", vcl],
          ...["-s", `malloc,${memoryMb}m`],
          ...["-T", "none"],
          ...(isRoot ? [] : ["-j", "none"]),
          ...Object.entries(parameters).flatMap(([key, value]) => ["-p", `${key}=${value}`]),
        ],
        cwd: home,
      };
    },

    /** Through the edge to the balancer; when only the balancer is away, the edge itself still answers. */
    async probe(timeoutMs): Promise<ProbeResult> {
      const question = { port: ports["main"]!, host: asked, timeoutMs };
      const through = await askHttp({
        ...question,
        path: balancerHealthPath,
        serves: (status) => status === 200,
      });
      if (through.state !== "silent") return through;
      const itself = await askHttp({ ...question, path: edgeHealthPath });
      return itself.state === "silent"
        ? itself
        : { state: "unready", reason: "the balancer does not answer" };
    },
  };
}

/** Readable by Varnish's own group, where there is one, and by nobody else: it holds the storage's secret. */
function writeVcl(file: string, text: string): void {
  writeFileSync(file, text, { mode: 0o600 });
  const group = isRoot ? groupId("varnish") : undefined;
  if (group === undefined) return;
  chownSync(file, 0, group);
  chmodSync(file, 0o640);
}

function groupId(name: string): number | undefined {
  const fields = readFileSync("/etc/group", "utf8")
    .split("\n")
    .map((one) => one.split(":"));
  const found = fields.find(([group]) => group === name);
  return found === undefined ? undefined : Number(found[2]);
}

function linkAnew(target: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  rmSync(path, { force: true });
  symlinkSync(target, path);
}
