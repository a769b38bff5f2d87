// A request that changes something ends what is stored of its own address (RFC 9111, 4.4).

import { vcl } from "./input.ts";

/**
 * Of the URL as it is asked for, encoded: in a list of keys a comma or a space would begin another one, and who asks
 * for /?,product:1 could purge what is not theirs.
 */
function addressOf(host: string, url: string): string {
  return `"url:" + blob.transcode(IDENTITY, BASE64URLNOPAD, encoded=${host} + ${url})`;
}

export function unsafeMethods(): string {
  return vcl`sub vcl_backend_response {
    set beresp.http.xkey = ${addressOf("bereq.http.Host", "bereq.url")} + " " + beresp.http.Surrogate-Key + " :all";
}

sub vcl_deliver {
    if (req.method != "GET" && req.method != "HEAD" && req.method != "OPTIONS" && resp.status >= 200 && resp.status < 400) {
        set req.http.Spillway-Mark = xkey.purge(${addressOf("req.http.Host", "req.url")});
        # Of the same origin alone: or anybody could end anything.
        call end_named;
    }
}

sub end_named {
    if (resp.http.Location) {
        set req.http.Spillway-Tried = resp.http.Location;
        call end_address;
    }
    if (resp.http.Content-Location) {
        set req.http.Spillway-Tried = resp.http.Content-Location;
        call end_address;
    }
}

sub end_address {
    if (req.http.Spillway-Tried ~ "(?i)^https?://") {
        if (std.tolower(regsub(req.http.Spillway-Tried, "(?i)^https?://([^/?#]*).*$", "\1")) != req.http.Host) {
            return;
        }
        set req.http.Spillway-Tried = regsub(req.http.Spillway-Tried, "(?i)^https?://[^/?#]*", "");
    }
    set req.http.Spillway-Tried = regsub(req.http.Spillway-Tried, "#.*$", "");
    if (req.http.Spillway-Tried ~ "^/") {
        set req.http.Spillway-Mark = xkey.purge(${addressOf("req.http.Host", "req.http.Spillway-Tried")});
    }
}
`;
}
