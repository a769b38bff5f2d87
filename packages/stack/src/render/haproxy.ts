// The text of haproxy.cfg. Pure.

import type { Settings } from "../config/settings.ts";
import { type Group, type Topology, groups, nodeNamed, slotsOf } from "../topology/topology.ts";
import { compressedTypes } from "./compression.ts";
import { balancerHealthPath } from "./paths.ts";
import { backendOf, currentKey } from "./versions.ts";

export interface HaproxyInput {
  settings: Settings;
  topology: Topology;
  /** The path of the runtime API's socket: at most 97 characters. */
  socket: string;
  /** Servers that take requests when it starts; the rest wait in maintenance for the runtime API. */
  open: ReadonlySet<string>;
}

/** Says which backend has which version. Beside the configuration: HAProxy is started there. */
export const haproxyVersions = "versions.map";

export function haproxyConf(input: HaproxyInput): string {
  const { topology, socket } = input;
  const { ports } = nodeNamed(topology, "balancer");
  const routing = `    http-request set-var(txn.version) url_param(dpl)
    http-request set-var(txn.version) req.hdr(x-deployment-id) if { req.hdr(x-deployment-id) -m found }
    http-request set-var(txn.backend) var(txn.version),map(${haproxyVersions},none)
${groups.map((group) => `    use_backend ${backendOf(group)} if { var(txn.backend) -m str ${backendOf(group)} } { nbsrv(${backendOf(group)}) gt 0 }`).join("\n")}
    use_backend %[str(${currentKey}),map(${haproxyVersions})]`;
  return `# Written by spillway before every start; edits here are lost. Settings: spillway.config.ts, balancer.

global
    log stdout format raw daemon notice
    stats socket "${socket}" mode 600 level admin
    hard-stop-after 30s

defaults
    mode http
    log global
    timeout connect 2s
    timeout http-request 15s
    # Longer than the edges keep an idle connection, so that it is never closed under a request.
    timeout http-keep-alive 75s
    timeout client 75s
    # Long: a slow first byte is not a hung server. Hung ones are found by the checks.
    timeout server 300s
    timeout tunnel 1h
    timeout queue 30s

frontend web
    bind 127.0.0.1:${ports["main"]}
    monitor-uri ${balancerHealthPath}
    # What a page asks for goes to the version that rendered it, while one of its servers is left; the rest to the
    # current one.
${routing}

# For requests that must not be sent twice, and for tunnels: each connection carries one request, and whatever follows
# it is not read. The edges open a new one for each.
frontend once
    bind 127.0.0.1:${ports["once"]}
    option httpclose
${routing}

${groups.map((group) => backend(group, input)).join("\n")}`;
}

function backend(group: Group, { settings, topology, open }: HaproxyInput): string {
  const { health } = settings.app;
  const servers = slotsOf(topology, group).map(
    (node) =>
      `    server ${node.name} 127.0.0.1:${node.ports["main"]}${open.has(node.name) ? "" : " disabled"}`,
  );
  return `backend ${backendOf(group)}
    balance leastconn
    http-reuse safe

    # A refused connection is retried elsewhere whatever the method, since nothing was sent. An answer that
    # never began is retried for methods that change nothing (RFC 9110, 9.2.1): sent twice, a POST may act twice.
    retries 3
    option redispatch 1
    retry-on conn-failure empty-response
    http-request disable-l7-retry unless { method GET HEAD }

    # Here it costs a fraction of what it costs a server in JavaScript. What comes with a Content-Encoding is left as it is.
    compression algo gzip
    compression type ${compressedTypes.join(" ")}

    # Asked of every server on its serving path. One that is silent is out after two questions; one that
    # refuses connections, with the first request that finds out.
    option httpchk
    http-check send meth GET uri ${health.path} ver HTTP/1.1 hdr Host localhost hdr User-Agent spillway-probe
    http-check expect status 200-499
    timeout check ${health.timeoutMs}ms
    default-server check inter ${health.intervalMs}ms fastinter 250ms downinter 250ms fall 2 rise 1
    default-server observe layer4 error-limit 1 on-error mark-down
    # An idle connection to a server that leaves is what it waits for last.
    default-server pool-purge-delay 500ms
    default-server maxconn ${settings.balancer.maxRequestsPerInstance}

${servers.join("\n")}
`;
}
