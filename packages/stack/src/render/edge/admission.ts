// What of a request is believed, and what is refused: the edge is the first hop that is ours.

import { edgeHealthPath } from "../paths.ts";
import { vcl } from "./input.ts";

/**
 * Headers that change what an app answers and are in no cache key (Kettle, "Practical Web Cache Poisoning", 2018):
 * other addresses, other methods, and what Next.js says to itself (CVE-2025-29927). A client has no use for them.
 */
const unkeyed: readonly string[] = [
  "CF-Connecting-IP",
  "Fastly-Client-IP",
  "Forwarded",
  "Front-End-Https",
  "Next-HMR-Refresh",
  "Next-Resume",
  "Proxy",
  "True-Client-IP",
  "X-Client-IP",
  "X-Cluster-Client-IP",
  "X-Forwarded",
  "X-Forwarded-By",
  "X-Forwarded-For",
  "X-Forwarded-Host",
  "X-Forwarded-Proto",
  "X-Forwarded-Protocol",
  "X-Forwarded-Port",
  "X-Forwarded-Prefix",
  "X-Forwarded-Scheme",
  "X-Forwarded-Server",
  "X-Forwarded-Ssl",
  "X-Forwarded-Uri",
  "X-Forwarded-Path",
  "X-Host",
  "X-HTTP-Host-Override",
  "X-HTTP-Path-Override",
  "X-HTTP-Method",
  "X-HTTP-Method-Override",
  "X-Method-Override",
  "X-Original-Host",
  "X-Original-URL",
  "X-Real-IP",
  "X-Rewrite-URL",
  "X-Url-Scheme",
  "X-Invoke-Path",
  "X-Invoke-Query",
  "X-Invoke-Status",
  "X-Invoke-Output",
  "X-Matched-Path",
  "X-Middleware-Invoke",
  "X-Middleware-Next",
  "X-Middleware-Override-Headers",
  "X-Middleware-Prefetch",
  "X-Middleware-Redirect",
  "X-Middleware-Rewrite",
  "X-Middleware-Set-Cookie",
  "X-Middleware-Skip",
  "X-Middleware-Subrequest",
  "X-Middleware-Subrequest-Id",
  "X-Next-Revalidated-Tags",
  "X-Next-Revalidate-Tag-Token",
  "X-Now-Route-Matches",
  "X-Prerender-Revalidate",
  "X-Prerender-Revalidate-If-Generated",
];

/** What the edge says to itself, to the app and to the storage. */
const own: readonly string[] = [
  "Spillway-Fallback",
  "Spillway-Fwd",
  "Spillway-Mark",
  "Spillway-Static",
  "Spillway-Tried",
  "X-Spillway-Origin",
];

const forwarded = `    set bereq.http.X-Forwarded-For = client.ip;
    set bereq.http.X-Forwarded-Host = bereq.http.Host;
    set bereq.http.X-Forwarded-Proto = "http";`;

export function admission(): string {
  // One pass over the headers there are: to look for each of these names would cost more than the hit itself.
  const dropped = [...unkeyed, ...own].map((name) => name.toLowerCase()).join("|");
  return vcl`sub vcl_recv {
    if (req.restarts == 0) {
        if (req.url == "${edgeHealthPath}") {
            return (synth(204));
        }
        # A length given twice over is where two servers disagree on where a request ends (RFC 9112, 6.1 and 6.3).
        std.collect(req.http.Transfer-Encoding);
        if (req.http.Transfer-Encoding && (req.http.Content-Length ||
            req.http.Transfer-Encoding !~ "(?i)^chunked$" || req.proto != "HTTP/1.1")) {
            return (synth(400, "Bad Request"));
        }
        # A header that is named here goes no further than this hop, while keys and variants are made with it.
        std.collect(req.http.Connection);
        if (req.http.Connection != "keep-alive" && req.http.Connection ~ "(?i)(^|[,\s])(?!(close|keep-alive|upgrade|te|http2-settings)([,\s]|$))[^,\s]") {
            return (synth(400, "Bad Request"));
        }
        # A browser resolves dot segments and turns backslashes before it sends (WHATWG URL Standard): what comes with
        # them was written by hand, to be read in one way here and in another behind. Nor are these in a URL at all.
        if (req.url ~ "(?i)^[^/*]|^\*.|[\x00-\x20\x7f#\\]|%00|^[^?]*/(\.|%2e){1,2}(/|%2f|;|\?|$)|^[^?]*(%2f|%5c)(\.|%2e){2}") {
            return (synth(400, "Bad Request"));
        }
        # One name for one host, or each way to write it would be a page of its own.
        if (req.http.Host !~ "^[a-z0-9._-]+[a-z0-9](:[0-9]{4,5})?$") {
            set req.http.Host = std.tolower(regsub(req.http.Host, "\.?(:80)?$", ""));
            if (req.http.Host !~ "^([a-z0-9._~-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?$") {
                return (synth(400, "Bad Request"));
            }
        }
        header.regsub(req, "(?i)^(${dropped}):.*$", "Spillway-Dropped: 1");
        unset req.http.Spillway-Dropped;
    }
}

# The first hop says what it saw; what a client claims of itself is dropped. Not said of what is answered here.
sub vcl_backend_fetch {
${forwarded}
}

sub vcl_pipe {
${forwarded}
}
`;
}
