// Next.js's static files, from storage: it has those of older versions too, for pages that still ask for them. What it
// does not have, the app is asked for, as it is when the storage is away.

import { deploymentPattern } from "../versions.ts";
import { type EdgeInput, vcl } from "./input.ts";

/**
 * Files that have the same name in each build, below `/_next/static/`: in storage each version has its own, and a page
 * says by `?dpl=` whose it asks for.
 */
export const namedAlike = "(?!chunks/|css/|media/)[^/?]+/_[^/?]+\\.js";

/** The place in storage of such a file of a version. */
export const atVersion = (path: string, deployment: string): string =>
  deployment === "" ? path : `${path}.${deployment}`;

export function assets({ settings, originSecret }: EdgeInput): string {
  return vcl`sub vcl_recv {
    if (req.url ~ "/_next/static/" && local.socket != "cdn" && (req.method == "GET" || req.method == "HEAD")) {
        # No file of a build has a name or folder that begins with a dot: that was written by hand.
        if (req.restarts == 0 && req.url ~ "^/([^?]*/)?_next/static/" && req.url !~ "(?i)/(\.|%2e)") {
            set req.http.Spillway-Static = "storage";
        }
        if (req.http.Spillway-Static == "storage") {
            set req.backend_hint = storage;
            # The same for everyone, whoever asks and whatever they have written.
            return (hash);
        }
    }
}

sub vcl_hash {
    if (req.http.Spillway-Static) {
        hash_data("static " + req.http.Spillway-Static);
    }
}

sub vcl_backend_fetch {
    if (bereq.http.Spillway-Static == "storage" && bereq.retries == 0) {
        set bereq.url = regsub(bereq.url, "(/_next/static/${namedAlike})\?(?:.*&)?dpl=(${deploymentPattern})(?:&.*)?$", "${atVersion("\\1", "\\2")}");
        set bereq.url = "/${settings.storage.bucket}" + regsub(bereq.url, "\?.*$", "");
        unset bereq.http.Cookie;
        unset bereq.http.Authorization;
        set bereq.http.X-Spillway-Origin = "${originSecret}";
    }
}

sub vcl_backend_response {
    if (bereq.http.Spillway-Static == "storage") {
        if (beresp.status >= 500) {
            return (abandon);
        }
        if (beresp.status != 200 && beresp.status != 206 && beresp.status != 304) {
            # Remembered, so that what is served by the app alone does not ask the storage each time.
            set beresp.http.Cache-Control = "public, max-age=10";
            set beresp.ttl = 10s;
        }
        # The app would have compressed it.
        if (beresp.http.Content-Type ~ "(?i)(text|javascript|json|svg|wasm)" && !beresp.http.Content-Encoding) {
            set beresp.do_gzip = true;
        }
    }
}

sub vcl_deliver {
    if (req.http.Spillway-Static == "storage" && resp.status >= 400 && resp.status != 416) {
        set req.http.Spillway-Static = "app";
        return (restart);
    }
}

sub vcl_synth {
    if (req.http.Spillway-Static == "storage" && resp.status == 503) {
        set req.http.Spillway-Static = "app";
        return (restart);
    }
}
`;
}
