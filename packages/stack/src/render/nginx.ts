// The text of nginx.conf. Pure.

import type { Settings } from "../config/settings.ts";
import { type Topology, groups, nodeNamed, slotsOf } from "../topology/topology.ts";
import { compressedTypes, leastCompressed } from "./compression.ts";
import { balancerHealthPath } from "./paths.ts";
import { backendOf, currentKey, deploymentPattern } from "./versions.ts";

export interface NginxInput {
  settings: Settings;
  topology: Topology;
  /** A folder for request bodies that do not fit in memory. */
  scratch: string;
  /** The folder whose files say which group has which version. */
  versions: string;
  asRoot: boolean;
}

/**
 * How long nginx keeps an idle connection to a server. A server that stops closes its idle connections only
 * after this (SPILLWAY_DRAIN_IDLE_MS), so that none is closed under a request.
 */
const upstreamIdleSeconds = 2;

const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];

const passOn = `        location / {
            proxy_pass http://$backend;
            proxy_http_version 1.1;
            proxy_set_header Host $http_host;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection $upstream_connection;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            proxy_connect_timeout 2s;
            # Long: a slow first byte is not a hung server. Hung ones are found and ended by the supervisor.
            proxy_read_timeout 300s;
            proxy_send_timeout 300s;
            # Never after a POST was sent: it may act twice. (That is nginx's rule unless non_idempotent is given.)
            proxy_next_upstream error timeout;
            # What the app streams is passed on as it comes.
            proxy_buffering off;
        }`;

export function nginxConf({ topology, scratch, versions, asRoot }: NginxInput): string {
  const { ports: balancer } = nodeNamed(topology, "balancer");
  const upstreams = groups.map(
    (group) => `    upstream ${backendOf(group)} {
        zone ${backendOf(group)} 256k;
        least_conn;
${slotsOf(topology, group)
  .map(
    ({ ports, name }) => `        server 127.0.0.1:${ports["main"]} max_fails=1 fail_timeout=1s; # ${name}`,
  )
  .join("\n")}
        keepalive 64;
        keepalive_timeout ${upstreamIdleSeconds}s;
    }`,
  );
  const chooseWhere = (test: string, backend: string): string =>
    `        if (-f "${versions}/${test}") {
            set $backend ${backend};
        }`;
  const routing = [
    `        set $backend ${backendOf(groups[0])};`,
    ...groups.slice(1).map((group) => chooseWhere(`${group}/${currentKey}`, backendOf(group))),
    ...groups.map((group) => chooseWhere(`${group}/$version`, backendOf(group))),
  ].join("\n");
  return `# Written by spillway before every start; edits here are lost. Settings: spillway.config.ts, balancer.

daemon off;
pid "${scratch}/nginx.pid";
worker_processes auto;
error_log stderr error;
${asRoot ? "user root; # its scratch folder belongs to root\n" : ""}
events {
    worker_connections 4096;
}

http {
    access_log off;
${temporary.map((name) => `    ${name}_temp_path "${scratch}/${name}";`).join("\n")}

    # One slot for each server there may be. A closed one refuses the connection and the request goes to the
    # next, whatever its method, since nothing was sent: servers come and go with no reload, which would drop
    # requests. A slot that refused is left alone for a second.
${upstreams.join("\n")}

    # What a page asks for goes to the version that rendered it, while one of its servers is left; the rest to the
    # current one. Which that is, files say: nginx looks at each request, so that a change needs no reload.
    map $http_x_deployment_id $asked_version {
        default $http_x_deployment_id;
        "" $arg_dpl;
    }
    map $asked_version $version {
        default .none;
        "~^${deploymentPattern}$" $asked_version;
    }

    # Here it costs less than it costs a server in JavaScript.
    gzip on;
    gzip_proxied any;
    gzip_vary on;
    gzip_comp_level 5;
    gzip_min_length ${leastCompressed};
    gzip_types ${compressedTypes.filter((type) => type !== "text/html").join(" ")};

    map $http_upgrade $upstream_connection {
        default upgrade;
        "" "";
    }

    server {
        listen 127.0.0.1:${balancer["main"]};
        keepalive_timeout 75s;
        # The app decides how large an upload may be.
        client_max_body_size 0;
${routing}

        location = ${balancerHealthPath} {
            return 200 "ok\\n";
        }

${passOn}
    }

    # For requests that must not be sent twice, and for tunnels: each connection carries one request, and whatever
    # follows it is not read. The edges open a new one for each.
    server {
        listen 127.0.0.1:${balancer["once"]};
        keepalive_timeout 0;
        client_max_body_size 0;
${routing}

${passOn}
    }
}
`;
}
