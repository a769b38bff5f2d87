// What is stale and served only when the app has been asked and fails (RFC 5861, 4; RFC 9111, 4.2.4).

import { vcl } from "./input.ts";

/**
 * The first lookup finds it in its grace; the second is told of no grace, and asks the app, with the validators of what
 * is stored. If that fails, the third serves it.
 */
export function staleIfError(): string {
  return vcl`sub vcl_hit {
    if (obj.ttl <= 0s && obj.http.Spillway-Asks-After && req.http.Spillway-Fallback != "serve" &&
        obj.ttl + std.duration(obj.http.Spillway-Asks-After + "s", 0s) <= 0s) {
        set req.http.Spillway-Fallback = "if away";
        if (obj.ttl + std.duration(obj.http.Spillway-If-Error + "s", 0s) > 0s) {
            set req.http.Spillway-Fallback = "if failing";
        }
        set req.grace = 0s;
        return (restart);
    }
}

sub vcl_backend_response {
    # Nor does a refresh that fails take the place of what may still be served (RFC 5861, 3).
    if ((bereq.http.Spillway-Fallback == "if failing" || bereq.is_bgfetch) &&
        (beresp.status == 500 || (beresp.status >= 502 && beresp.status <= 504))) {
        return (abandon);
    }
}

sub vcl_synth {
    if (req.http.Spillway-Fallback ~ "^if" && resp.status == 503) {
        set req.http.Spillway-Fallback = "serve";
        set req.grace = 100d;
        return (restart);
    }
}
`;
}
