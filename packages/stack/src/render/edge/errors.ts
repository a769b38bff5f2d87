// When the app does not answer, and what the edge answers itself.

import { vcl } from "./input.ts";

export function errors(): string {
  return vcl`sub vcl_backend_error {
    # The balancer may be between two lives. Only what changes nothing is tried again.
    if ((bereq.method == "GET" || bereq.method == "HEAD") && bereq.retries < 2) {
        return (retry);
    }
    if (bereq.http.Spillway-Fallback ~ "^if") {
        return (abandon);
    }
}

sub vcl_synth {
    set resp.http.Cache-Control = "no-store";
    set resp.http.Content-Type = "text/plain; charset=utf-8";
    if (resp.status == 503) {
        set resp.http.Retry-After = "1";
    }
    # What is malformed has no certain end, and what follows it is no request (RFC 9112, 9.6 and 11.2).
    if (resp.status == 400) {
        set resp.http.Connection = "close";
    }
    if (resp.status == 405) {
        set resp.http.Allow = "GET, HEAD";
    }
    unset resp.http.X-Varnish;
    unset resp.http.Via;
    unset resp.http.Server;
    if (resp.status == 204) {
        set resp.body = "";
    } else {
        set resp.body = "" + resp.status + " " + resp.reason + {"
"};
    }
    return (deliver);
}
`;
}
