// Where an edge's requests go.

import { type Topology, nodeNamed } from "../../topology/topology.ts";
import { type EdgeInput, vcl } from "./input.ts";

export function backends({ topology }: EdgeInput): string {
  const balancer = nodeNamed(topology, "balancer").ports;
  return vcl`${backend("balancer", balancer["main"]!, 300)}
# Varnish repeats a request whose reused connection turns out dead, whatever its method. Requests that must not
# act twice go here, where every connection is a new one.
${backend("balancer_once", balancer["once"]!, 300)}
${backend("storage", portOf(topology, "storage"), 60)}
sub vcl_backend_fetch {
    if (bereq.backend == balancer_once) {
        set bereq.http.Connection = "close";
    }
}
`;
}

function portOf(topology: Topology, name: string): number {
  return nodeNamed(topology, name).ports["main"]!;
}

function backend(name: string, port: number, seconds: number): string {
  return `backend ${name} {
    .host = "127.0.0.1";
    .port = "${port}";
    .connect_timeout = 2s;
    .first_byte_timeout = ${seconds}s;
    .between_bytes_timeout = ${seconds}s;
}
`;
}
