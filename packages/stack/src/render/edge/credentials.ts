// What is for one reader only is never given to another.

import { vcl } from "./input.ts";

export function credentials(): string {
  return vcl`sub vcl_recv {
    # Who has just written is answered by the app: what is stored here may be older than the write. So is who is in draft
    # mode (Next.js), where the same address shows what is not published.
    if (req.http.X-Spillway-Token ||
        (req.http.Cookie && req.http.Cookie ~ "(^|;\s*)(spillway|__prerender_bypass|__next_preview_data)=")) {
        set req.http.Spillway-Fwd = "request";
        return (pass);
    }
    # A cookie alone forbids nothing, nor does Authorization: the response says whether it may be shared.
    return (hash);
}

sub vcl_hit {
    # It came without credentials, and does not say that it is the same with them.
    if ((req.http.Cookie || req.http.Authorization) && !obj.http.Spillway-Shared && local.socket != "cdn") {
        set req.http.Spillway-Fwd = "request";
        return (pass);
    }
}

sub vcl_backend_response {
    # RFC 9111, 3.5: what may be shared although somebody has signed in. A cookie is taken for the same.
    if (beresp.http.Spillway-Policy ~ "(?i)(^|[,\s])(public|s-maxage=)") {
        set beresp.http.Spillway-Shared = "1";
    } elsif (bereq.http.Authorization && beresp.http.Spillway-Policy ~ "(?i)(^|[,\s])must-revalidate") {
        set beresp.http.Spillway-Shared = "1";
    }
    if ((bereq.http.Cookie || bereq.http.Authorization) && !beresp.http.Spillway-Shared) {
        set beresp.http.Spillway-Private = "1";
    }
    # A cookie that is set is for one reader. Draft mode is told by its cookie alone.
    if (beresp.http.Set-Cookie || bereq.http.Cookie ~ "(^|;\s*)(__prerender_bypass|__next_preview_data)=") {
        set beresp.http.Spillway-Private = "1";
    }
}
`;
}
