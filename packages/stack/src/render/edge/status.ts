// What leaves the edge: how it was answered (RFC 9211), and nothing of what was meant for the edge alone.

import { vcl } from "./input.ts";

/** Of no use once it is decided what becomes of a response: what is stored does not carry them. */
const spent: readonly string[] = [
  "Cache-Tag",
  "Spillway-Overtaken",
  "Spillway-Policy",
  "Spillway-Private",
  "Surrogate-Control",
  "X-Next-Cache-Tags",
];

/** Kept with what is stored, for the edge itself. */
const inner: readonly string[] = [
  "Spillway-Asks-After",
  "Spillway-If-Error",
  "Spillway-Mark",
  "Spillway-Shared",
  "Spillway-Unsure",
  // A 304 need not repeat it: without it, what is renewed would be known by no tag.
  "Surrogate-Key",
  "Via",
  "X-Varnish",
  "xkey",
];

const unset = (names: readonly string[], from: string): string =>
  names.map((name) => `    unset ${from}.http.${name};`).join("\n");

/** The last word on a response from the app. */
export function spentHeaders(): string {
  return vcl`sub vcl_backend_response {
${unset(spent, "beresp")}
    # What forbids is for every cache on the way: without it, one in front of this might store by Cache-Control.
    if (beresp.http.CDN-Cache-Control !~ "(?i)(private|no-store|no-cache)") {
        unset beresp.http.CDN-Cache-Control;
    }
    return (deliver);
}
`;
}

export function status(): string {
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

sub vcl_deliver {
    # Each cache on the way adds itself; the one that is nearest to the app comes first.
    if (resp.http.Cache-Status) {
        std.collect(resp.http.Cache-Status);
        set resp.http.Cache-Status = resp.http.Cache-Status + ", ";
    }
    if (obj.hits > 0) {
        set resp.http.Cache-Status = resp.http.Cache-Status + server.identity + "; hit; ttl=" + std.integer(duration=obj.ttl);
    } else {
        set resp.http.Cache-Status = resp.http.Cache-Status + server.identity + "; fwd=" + req.http.Spillway-Fwd +
            "; fwd-status=" + resp.status;
        if (req.http.Spillway-Fwd ~ "^(uri-miss|stale)$" && !obj.uncacheable) {
            set resp.http.Cache-Status = resp.http.Cache-Status + "; stored";
        }
    }
${unset(inner, "resp")}
    # Where its chunks end is the last thing that two readers may not agree on: nothing more is read here.
    if (req.http.Transfer-Encoding) {
        set resp.http.Connection = "close";
    }
}
`;
}
