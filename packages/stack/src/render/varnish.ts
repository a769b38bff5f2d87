// The text of an edge's VCL. Pure.

import type { Settings } from "../config/settings.ts";
import { type Topology, nodeNamed } from "../topology/topology.ts";
import { balancerHealthPath, edgeHealthPath } from "./paths.ts";

export interface EdgeInput {
  settings: Settings;
  topology: Topology;
  /** Shown to the storage, which answers unsigned reads to nobody else. */
  originSecret: string;
}

export function edgeVcl({ settings, topology, originSecret }: EdgeInput): string {
  const port = (name: string): number => nodeNamed(topology, name).ports["main"]!;
  return `# Written by spillway before every start; edits here are lost. Settings: spillway.config.ts, edge.
vcl 4.1;

import std;

backend balancer {
    .host = "127.0.0.1";
    .port = "${port("balancer")}";
    .connect_timeout = 2s;
    .first_byte_timeout = 300s;
    .between_bytes_timeout = 300s;
}

# Varnish repeats a request whose reused connection turns out dead, whatever its method. Requests that must not
# act twice go here, where every connection is a new one.
backend balancer_once {
    .host = "127.0.0.1";
    .port = "${nodeNamed(topology, "balancer").ports["once"]}";
    .connect_timeout = 2s;
    .first_byte_timeout = 300s;
    .between_bytes_timeout = 300s;
}

backend storage {
    .host = "127.0.0.1";
    .port = "${port("storage")}";
    .connect_timeout = 2s;
    .first_byte_timeout = 60s;
}

sub vcl_recv {
    if (req.url == "${edgeHealthPath}") {
        return (synth(204));
    }

    # The first hop says what it saw; what a client claims of itself is dropped.
    unset req.http.X-Spillway-Origin;
    set req.http.X-Forwarded-For = client.ip;
    set req.http.X-Forwarded-Host = req.http.Host;
    set req.http.X-Forwarded-Proto = "http";

    if (local.socket == "cdn") {
        call storage_recv;
    } else {
        call app_recv;
    }
}

sub app_recv {
    set req.backend_hint = balancer;
    if (req.http.Upgrade ~ "(?i)websocket") {
        return (pipe);
    }
    if (req.url == "${balancerHealthPath}") {
        return (pass);
    }
    if (req.method != "GET" && req.method != "HEAD") {
        set req.backend_hint = balancer_once;
        return (pass);
    }
    # RFC 9111, 3.5: an answer to Authorization is not shared.
    if (req.http.Authorization) {
        return (pass);
    }
    # Who has just written is answered by the app: what is stored here may be older than the write.
    if (req.http.Cookie ~ "(^|;\\s*)spillway=" && req.url !~ "^/_next/static/") {
        return (pass);
    }
    # A cookie alone forbids nothing: the response says whether it may be shared.
    return (hash);
}

sub storage_recv {
    set req.backend_hint = storage;
    if (req.method != "GET" && req.method != "HEAD") {
        return (synth(405));
    }
    # Objects by their key, nothing else: no listing, and no subresource such as ?acl.
    set req.url = regsub(req.url, "\\?.*$", "");
    if (req.url == "/") {
        return (synth(404));
    }
    set req.url = "/${settings.storage.bucket}" + req.url;
    unset req.http.Cookie;
    unset req.http.Authorization;
    set req.http.X-Spillway-Origin = "${originSecret}";
    return (hash);
}

sub vcl_pipe {
    set bereq.http.Upgrade = req.http.Upgrade;
    set bereq.http.Connection = req.http.Connection;
}

sub vcl_backend_fetch {
    if (bereq.backend == balancer_once) {
        set bereq.http.Connection = "close";
    }
}

sub vcl_backend_response {
    # RFC 5861, 3: stale while one request asks anew, for as long as the response itself permits.
    set beresp.grace = 0s;
    if (beresp.http.Cache-Control ~ "(?i)stale-while-revalidate=[0-9]+" &&
        beresp.http.Cache-Control !~ "(?i)(must|proxy)-revalidate") {
        set beresp.grace = std.duration(regsub(beresp.http.Cache-Control,
            "(?i)^.*stale-while-revalidate=([0-9]+).*$", "\\1") + "s", 0s);
    }
    # With an ETag or a date it is kept past its life, to be asked about instead of fetched again.
    set beresp.keep = 10m;

    # Asked for with a cookie, shared only if the response says outright that it is for all.
    if (bereq.http.Cookie && beresp.http.Cache-Control !~ "(?i)\\b(public|s-maxage)\\b") {
        set beresp.uncacheable = true;
        set beresp.ttl = 120s;
        return (deliver);
    }
    # What follows is Varnish's own: private, no-store, no-cache, Set-Cookie and Vary: * are not stored.
}

sub vcl_backend_error {
    # The balancer may be between two lives. Only what changes nothing is tried again.
    if ((bereq.method == "GET" || bereq.method == "HEAD") && bereq.retries < 2) {
        return (retry);
    }
}

sub vcl_deliver {
    # RFC 9211.
    if (obj.uncacheable) {
        set resp.http.Cache-Status = server.identity + "; fwd=bypass";
    } elsif (obj.hits > 0) {
        set resp.http.Cache-Status = server.identity + "; hit";
    } else {
        set resp.http.Cache-Status = server.identity + "; fwd=miss";
    }
    unset resp.http.X-Varnish;
    unset resp.http.Via;
}
`;
}
