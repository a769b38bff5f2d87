// What leaves the edge: how it was answered (RFC 9211), and nothing of what was meant for the edge alone.

import { vcl } from "./input.ts";

const inner: readonly string[] = [
  "Cache-Tag",
  "Spillway-Asks-After",
  "Spillway-If-Error",
  "Spillway-Mark",
  "Spillway-Overtaken",
  "Spillway-Policy",
  "Spillway-Private",
  "Spillway-Shared",
  "Spillway-Tags",
  "Spillway-Unsure",
  "Surrogate-Control",
  "Surrogate-Key",
  "Via",
  "X-Next-Cache-Tags",
  "X-Varnish",
  "xkey",
];

export function status(): string {
  const stripped = inner.map((name) => `    unset resp.http.${name};`).join("\n");
  return vcl`sub vcl_pass {
    if (!req.http.Spillway-Fwd) {
        set req.http.Spillway-Fwd = "bypass";
    }
}

sub vcl_miss {
    set req.http.Spillway-Fwd = "uri-miss";
    if (req.http.Spillway-Fallback) {
        set req.http.Spillway-Fwd = "stale";
    }
}

sub vcl_hit {
    set req.http.Spillway-Fwd = "hit; ttl=" + regsub(obj.ttl, "\..*$", "");
}

sub vcl_deliver {
    # Each cache on the way adds itself; the one that is nearest to the app comes first.
    if (resp.http.Cache-Status) {
        std.collect(resp.http.Cache-Status);
        set resp.http.Cache-Status = resp.http.Cache-Status + ", " + server.identity;
    } else {
        set resp.http.Cache-Status = server.identity;
    }
    if (req.http.Spillway-Fwd ~ "^hit") {
        set resp.http.Cache-Status = resp.http.Cache-Status + "; " + req.http.Spillway-Fwd;
    } else {
        set resp.http.Cache-Status = resp.http.Cache-Status + "; fwd=" + req.http.Spillway-Fwd +
            "; fwd-status=" + resp.status;
        if (req.http.Spillway-Fwd ~ "^(uri-miss|stale)$" && !obj.uncacheable) {
            set resp.http.Cache-Status = resp.http.Cache-Status + "; stored";
        }
    }
    # What forbids is for every cache on the way: without it, one in front of this might store by Cache-Control.
    if (resp.http.CDN-Cache-Control !~ "(?i)(private|no-store|no-cache)") {
        unset resp.http.CDN-Cache-Control;
    }
${stripped}
}
`;
}
