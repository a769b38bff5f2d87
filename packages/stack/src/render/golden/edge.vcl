# Written by spillway before every start; edits here are lost. Settings: spillway.config.ts, edge.
vcl 4.1;

import blob;
import header;
import purge;
import std;
import str;
import var;
import xkey;

# ---- Where requests go ----

backend balancer {
    .host = "127.0.0.1";
    .port = "20018";
    .connect_timeout = 2s;
    .first_byte_timeout = 300s;
    .between_bytes_timeout = 300s;
}

# Varnish repeats a request whose reused connection turns out dead, whatever its method. Requests that must not
# act twice go here, where every connection is a new one.
backend balancer_once {
    .host = "127.0.0.1";
    .port = "20019";
    .connect_timeout = 2s;
    .first_byte_timeout = 300s;
    .between_bytes_timeout = 300s;
}

backend storage {
    .host = "127.0.0.1";
    .port = "20005";
    .connect_timeout = 2s;
    .first_byte_timeout = 60s;
    .between_bytes_timeout = 60s;
}

sub vcl_backend_fetch {
    if (bereq.backend == balancer_once) {
        set bereq.http.Connection = "close";
    }
}

# ---- Following the invalidation log ----

sub vcl_recv {
    if (local.socket == "control") {
        if (req.http.Authorization != "Bearer 4567") {
            return (synth(403, "Forbidden"));
        }
        call control;
        return (synth(200, "OK"));
    }
}

sub control {
    if (req.method != "POST") {
        return (synth(200, "OK"));
    }
    # The changes follow on those that are known here, or all that is stored is void.
    if (req.http.Spillway-After) {
        if (req.http.Spillway-After != var.global_get("position")) {
            return (synth(409, "Conflict"));
        }
        var.set("state", var.global_get("state"));
        var.set("changes", regsub(var.get("state"), "^[^|]*\|[^|]*\|", ""));
        var.set_int("end", std.integer(str.split(var.get("state"), 1, "|"), 0));
        if (req.http.Spillway-Tags) {
            var.set_int("end", var.get_int("end") + str.count(req.http.Spillway-Tags) + 1);
            var.set("changes", var.get("changes") + req.http.Spillway-Tags + " ");
        }
        if (req.http.Spillway-Expired-Tags) {
            var.set("expired", regsuball(req.http.Spillway-Expired-Tags, "[^ ]+", "*\0"));
            var.set_int("end", var.get_int("end") + str.count(var.get("expired")) + 1);
            var.set("changes", var.get("changes") + var.get("expired") + " ");
        }
        if (str.count(var.get("changes")) > 4000) {
            var.set("changes", str.take(var.get("changes"), 4000, -4000));
        }
    } else {
        var.set("changes", "");
        var.set_int("end", std.integer(str.split(var.global_get("state"), 1, "|"), 0) + 1000000);
    }
    # First what a fetch is compared with, then what is stored: what arrives between the two is not.
    var.global_set("state", "" + var.get_int("end") + "|" + req.http.Spillway-Token + "|" + var.get("changes"));
    if (!req.http.Spillway-After) {
        set req.http.Spillway-Purged = xkey.purge(":all");
    } elsif (req.http.Spillway-Tags) {
        set req.http.Spillway-Purged = xkey.purge(req.http.Spillway-Tags);
    }
    if (req.http.Spillway-Expired-Tags) {
        set req.http.Spillway-Expired = xkey.softpurge(req.http.Spillway-Expired-Tags);
    }
    var.global_set("position", req.http.Spillway-Position);
    # Without it there is more to come of the same place.
    if (req.http.Spillway-Until) {
        var.global_set("until", req.http.Spillway-Until);
    }
}

sub vcl_synth {
    if (local.socket == "control" && resp.status != 403) {
        set resp.http.Spillway-Position = var.global_get("position");
        set resp.http.Spillway-Purged = req.http.Spillway-Purged;
        return (deliver);
    }
}

sub vcl_backend_fetch {
    if (!bereq.uncacheable && bereq.backend != storage) {
        var.set("state", var.global_get("state"));
        var.set("mark", str.split(var.get("state"), 1, "|"));
        # The app answers from caches that are at least as new.
        set bereq.http.X-Spillway-Token = str.split(var.get("state"), 2, "|");
        if (bereq.http.X-Spillway-Token == "") {
            unset bereq.http.X-Spillway-Token;
        }
    }
}

sub vcl_backend_response {
    if (beresp.http.Surrogate-Key && !bereq.uncacheable) {
        set beresp.http.Spillway-Mark = var.get("mark");
        # Not in the header: it would lose the spaces around it.
        var.set("tags", " " + beresp.http.Surrogate-Key + " " + regsuball(beresp.http.Surrogate-Key, "[^ ]+", "*\0") + " ");
        call overtaken;
        if (var.get("overtaken") == "yes") {
            set beresp.http.Spillway-Overtaken = "1";
        }
        if (bereq.is_bgfetch) {
            set beresp.http.Spillway-Unsure = "1";
        }
    }
}

# Whether something of "tags" has changed since "mark": sets "overtaken".
sub overtaken {
    var.set("overtaken", "yes");
    var.set("state", var.global_get("state"));
    var.set_int("changed", std.integer(str.split(var.get("state"), 1, "|"), 0) - std.integer(var.get("mark"), -1000000));
    if (!var.get("state")) {
        return;
    }
    if (var.get_int("changed") == 0) {
        var.set("overtaken", "");
    } elsif (var.get_int("changed") > 0 && var.get_int("changed") <= 4000) {
        var.set("changes", str.take(var.get("state"), var.get_int("changed"), -var.get_int("changed")));
        call compare;
    }
}

sub compare {
    if (!str.split(var.get("changes"), 1, " ") || str.split(var.get("changes"), 1, " ") == "") {
        var.set("overtaken", "");
        return;
    }
    if (str.contains(var.get("tags"), " " + str.split(var.get("changes"), 1, " ") + " ")) {
        return;
    }
    if (!str.split(var.get("changes"), 2, " ") || str.split(var.get("changes"), 2, " ") == "") {
        var.set("overtaken", "");
        return;
    }
    if (str.contains(var.get("tags"), " " + str.split(var.get("changes"), 2, " ") + " ")) {
        return;
    }
    if (!str.split(var.get("changes"), 3, " ") || str.split(var.get("changes"), 3, " ") == "") {
        var.set("overtaken", "");
        return;
    }
    if (str.contains(var.get("tags"), " " + str.split(var.get("changes"), 3, " ") + " ")) {
        return;
    }
    if (!str.split(var.get("changes"), 4, " ") || str.split(var.get("changes"), 4, " ") == "") {
        var.set("overtaken", "");
        return;
    }
    if (str.contains(var.get("tags"), " " + str.split(var.get("changes"), 4, " ") + " ")) {
        return;
    }
    if (!str.split(var.get("changes"), 5, " ") || str.split(var.get("changes"), 5, " ") == "") {
        var.set("overtaken", "");
        return;
    }
    if (str.contains(var.get("tags"), " " + str.split(var.get("changes"), 5, " ") + " ")) {
        return;
    }
    if (!str.split(var.get("changes"), 6, " ") || str.split(var.get("changes"), 6, " ") == "") {
        var.set("overtaken", "");
        return;
    }
    if (str.contains(var.get("tags"), " " + str.split(var.get("changes"), 6, " ") + " ")) {
        return;
    }
    if (!str.split(var.get("changes"), 7, " ") || str.split(var.get("changes"), 7, " ") == "") {
        var.set("overtaken", "");
        return;
    }
    if (str.contains(var.get("tags"), " " + str.split(var.get("changes"), 7, " ") + " ")) {
        return;
    }
    if (!str.split(var.get("changes"), 8, " ") || str.split(var.get("changes"), 8, " ") == "") {
        var.set("overtaken", "");
        return;
    }
    if (str.contains(var.get("tags"), " " + str.split(var.get("changes"), 8, " ") + " ")) {
        return;
    }
    if (!str.split(var.get("changes"), 9, " ") || str.split(var.get("changes"), 9, " ") == "") {
        var.set("overtaken", "");
        return;
    }
    if (str.contains(var.get("tags"), " " + str.split(var.get("changes"), 9, " ") + " ")) {
        return;
    }
    if (!str.split(var.get("changes"), 10, " ") || str.split(var.get("changes"), 10, " ") == "") {
        var.set("overtaken", "");
        return;
    }
    if (str.contains(var.get("tags"), " " + str.split(var.get("changes"), 10, " ") + " ")) {
        return;
    }
    if (!str.split(var.get("changes"), 11, " ") || str.split(var.get("changes"), 11, " ") == "") {
        var.set("overtaken", "");
        return;
    }
    if (str.contains(var.get("tags"), " " + str.split(var.get("changes"), 11, " ") + " ")) {
        return;
    }
    if (!str.split(var.get("changes"), 12, " ") || str.split(var.get("changes"), 12, " ") == "") {
        var.set("overtaken", "");
        return;
    }
    if (str.contains(var.get("tags"), " " + str.split(var.get("changes"), 12, " ") + " ")) {
        return;
    }
    if (!str.split(var.get("changes"), 13, " ") || str.split(var.get("changes"), 13, " ") == "") {
        var.set("overtaken", "");
        return;
    }
    if (str.contains(var.get("tags"), " " + str.split(var.get("changes"), 13, " ") + " ")) {
        return;
    }
    if (!str.split(var.get("changes"), 14, " ") || str.split(var.get("changes"), 14, " ") == "") {
        var.set("overtaken", "");
        return;
    }
    if (str.contains(var.get("tags"), " " + str.split(var.get("changes"), 14, " ") + " ")) {
        return;
    }
    if (!str.split(var.get("changes"), 15, " ") || str.split(var.get("changes"), 15, " ") == "") {
        var.set("overtaken", "");
        return;
    }
    if (str.contains(var.get("tags"), " " + str.split(var.get("changes"), 15, " ") + " ")) {
        return;
    }
    if (!str.split(var.get("changes"), 16, " ") || str.split(var.get("changes"), 16, " ") == "") {
        var.set("overtaken", "");
        return;
    }
    if (str.contains(var.get("tags"), " " + str.split(var.get("changes"), 16, " ") + " ")) {
        return;
    }
    if (!str.split(var.get("changes"), 17, " ") || str.split(var.get("changes"), 17, " ") == "") {
        var.set("overtaken", "");
        return;
    }
    if (str.contains(var.get("tags"), " " + str.split(var.get("changes"), 17, " ") + " ")) {
        return;
    }
    if (!str.split(var.get("changes"), 18, " ") || str.split(var.get("changes"), 18, " ") == "") {
        var.set("overtaken", "");
        return;
    }
    if (str.contains(var.get("tags"), " " + str.split(var.get("changes"), 18, " ") + " ")) {
        return;
    }
    if (!str.split(var.get("changes"), 19, " ") || str.split(var.get("changes"), 19, " ") == "") {
        var.set("overtaken", "");
        return;
    }
    if (str.contains(var.get("tags"), " " + str.split(var.get("changes"), 19, " ") + " ")) {
        return;
    }
    if (!str.split(var.get("changes"), 20, " ") || str.split(var.get("changes"), 20, " ") == "") {
        var.set("overtaken", "");
        return;
    }
    if (str.contains(var.get("tags"), " " + str.split(var.get("changes"), 20, " ") + " ")) {
        return;
    }
    if (!str.split(var.get("changes"), 21, " ") || str.split(var.get("changes"), 21, " ") == "") {
        var.set("overtaken", "");
        return;
    }
    if (str.contains(var.get("tags"), " " + str.split(var.get("changes"), 21, " ") + " ")) {
        return;
    }
    if (!str.split(var.get("changes"), 22, " ") || str.split(var.get("changes"), 22, " ") == "") {
        var.set("overtaken", "");
        return;
    }
    if (str.contains(var.get("tags"), " " + str.split(var.get("changes"), 22, " ") + " ")) {
        return;
    }
    if (!str.split(var.get("changes"), 23, " ") || str.split(var.get("changes"), 23, " ") == "") {
        var.set("overtaken", "");
        return;
    }
    if (str.contains(var.get("tags"), " " + str.split(var.get("changes"), 23, " ") + " ")) {
        return;
    }
    if (!str.split(var.get("changes"), 24, " ") || str.split(var.get("changes"), 24, " ") == "") {
        var.set("overtaken", "");
        return;
    }
    if (str.contains(var.get("tags"), " " + str.split(var.get("changes"), 24, " ") + " ")) {
        return;
    }
    if (!str.split(var.get("changes"), 25, " ") || str.split(var.get("changes"), 25, " ") == "") {
        var.set("overtaken", "");
        return;
    }
    if (str.contains(var.get("tags"), " " + str.split(var.get("changes"), 25, " ") + " ")) {
        return;
    }
    if (!str.split(var.get("changes"), 26, " ") || str.split(var.get("changes"), 26, " ") == "") {
        var.set("overtaken", "");
        return;
    }
    if (str.contains(var.get("tags"), " " + str.split(var.get("changes"), 26, " ") + " ")) {
        return;
    }
    if (!str.split(var.get("changes"), 27, " ") || str.split(var.get("changes"), 27, " ") == "") {
        var.set("overtaken", "");
        return;
    }
    if (str.contains(var.get("tags"), " " + str.split(var.get("changes"), 27, " ") + " ")) {
        return;
    }
    if (!str.split(var.get("changes"), 28, " ") || str.split(var.get("changes"), 28, " ") == "") {
        var.set("overtaken", "");
        return;
    }
    if (str.contains(var.get("tags"), " " + str.split(var.get("changes"), 28, " ") + " ")) {
        return;
    }
    if (!str.split(var.get("changes"), 29, " ") || str.split(var.get("changes"), 29, " ") == "") {
        var.set("overtaken", "");
        return;
    }
    if (str.contains(var.get("tags"), " " + str.split(var.get("changes"), 29, " ") + " ")) {
        return;
    }
    if (!str.split(var.get("changes"), 30, " ") || str.split(var.get("changes"), 30, " ") == "") {
        var.set("overtaken", "");
        return;
    }
    if (str.contains(var.get("tags"), " " + str.split(var.get("changes"), 30, " ") + " ")) {
        return;
    }
    if (!str.split(var.get("changes"), 31, " ") || str.split(var.get("changes"), 31, " ") == "") {
        var.set("overtaken", "");
        return;
    }
    if (str.contains(var.get("tags"), " " + str.split(var.get("changes"), 31, " ") + " ")) {
        return;
    }
    if (!str.split(var.get("changes"), 32, " ") || str.split(var.get("changes"), 32, " ") == "") {
        var.set("overtaken", "");
        return;
    }
    if (str.contains(var.get("tags"), " " + str.split(var.get("changes"), 32, " ") + " ")) {
        return;
    }
}

sub vcl_hit {
    if (obj.http.Surrogate-Key) {
        # Nobody has said for too long what has ended.
        if (std.time2real(now, 0.0) > std.real(var.global_get("until"), 0.0)) {
            set req.http.Spillway-Fwd = "bypass";
            return (pass);
        }
        # It may have been overtaken between its comparison and its storing.
        if (obj.age < 1s || obj.http.Spillway-Unsure) {
            var.set("tags", " " + obj.http.Surrogate-Key + " ");
            # What was let be refreshed, and was there for the purger to find, has no life left.
            if (obj.ttl > 0s) {
                var.set("tags", var.get("tags") + regsuball(obj.http.Surrogate-Key, "[^ ]+", "*\0") + " ");
            }
            var.set("mark", obj.http.Spillway-Mark);
            call overtaken;
            if (var.get("overtaken") == "yes") {
                set req.http.Spillway-Purged = purge.hard();
                return (restart);
            }
        }
    }
}

sub vcl_deliver {
    # The same for the one that has fetched it: by now it is stored, and the purger finds it from now on.
    if (resp.http.Surrogate-Key && !obj.uncacheable && req.http.Spillway-Fwd == "uri-miss") {
        var.set("tags", " " + resp.http.Surrogate-Key + " ");
        if (obj.ttl > 0s) {
            var.set("tags", var.get("tags") + regsuball(resp.http.Surrogate-Key, "[^ ]+", "*\0") + " ");
        }
        var.set("mark", resp.http.Spillway-Mark);
        call overtaken;
        if (var.get("overtaken") == "yes") {
            set req.http.Spillway-Purged = xkey.purge(regsub(resp.http.xkey, " .*$", ""));
        }
    }
}

# ---- What is believed and what is refused ----

sub vcl_recv {
    if (req.restarts == 0) {
        if (req.url == "/__spillway/edge") {
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
        header.regsub(req, "(?i)^(cf-connecting-ip|fastly-client-ip|forwarded|front-end-https|next-hmr-refresh|next-resume|proxy|true-client-ip|x-client-ip|x-cluster-client-ip|x-forwarded|x-forwarded-by|x-forwarded-for|x-forwarded-host|x-forwarded-proto|x-forwarded-protocol|x-forwarded-port|x-forwarded-prefix|x-forwarded-scheme|x-forwarded-server|x-forwarded-ssl|x-forwarded-uri|x-forwarded-path|x-host|x-http-host-override|x-http-path-override|x-http-method|x-http-method-override|x-method-override|x-original-host|x-original-url|x-real-ip|x-rewrite-url|x-url-scheme|x-invoke-path|x-invoke-query|x-invoke-status|x-invoke-output|x-matched-path|x-middleware-invoke|x-middleware-next|x-middleware-override-headers|x-middleware-prefetch|x-middleware-redirect|x-middleware-rewrite|x-middleware-set-cookie|x-middleware-skip|x-middleware-subrequest|x-middleware-subrequest-id|x-next-revalidated-tags|x-next-revalidate-tag-token|x-now-route-matches|x-prerender-revalidate|x-prerender-revalidate-if-generated|spillway-fallback|spillway-fwd|spillway-mark|spillway-static|spillway-tried|x-spillway-origin):.*$", "Spillway-Dropped: 1");
        unset req.http.Spillway-Dropped;
    }
}

# The first hop says what it saw; what a client claims of itself is dropped. Not said of what is answered here.
sub vcl_backend_fetch {
    set bereq.http.X-Forwarded-For = client.ip;
    set bereq.http.X-Forwarded-Host = bereq.http.Host;
    set bereq.http.X-Forwarded-Proto = "http";
}

sub vcl_pipe {
    set bereq.http.X-Forwarded-For = client.ip;
    set bereq.http.X-Forwarded-Host = bereq.http.Host;
    set bereq.http.X-Forwarded-Proto = "http";
}

# ---- Static files of every version ----

sub vcl_recv {
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
        set bereq.url = regsub(bereq.url, "(/_next/static/(?!chunks/|css/|media/)[^/?]+/_[^/?]+\.js)\?(?:.*&)?dpl=([A-Za-z0-9_-]{1,128})(?:&.*)?$", "\1.\2");
        set bereq.url = "/app" + regsub(bereq.url, "\?.*$", "");
        unset bereq.http.Cookie;
        unset bereq.http.Authorization;
        set bereq.http.X-Spillway-Origin = "0123";
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

# ---- What the balancer has left to be compressed ----

sub vcl_backend_response {
    if (beresp.http.Content-Encoding == "identity") {
        unset beresp.http.Content-Encoding;
        if (beresp.http.Content-Type ~ "(?i)^(text/html|text/plain|text/css|text/xml|text/javascript|text/x-component|application/javascript|application/json|application/ld\+json|application/manifest\+json|application/rss\+xml|application/xml|image/svg\+xml)\s*(;|$)" && std.integer(beresp.http.Content-Length, 1024) >= 1024) {
            set beresp.do_gzip = true;
        }
    }
}

# ---- What makes two requests the same ----

sub vcl_recv {
    # A document is asked for without them: they would be headers that change an answer and are in no key.
    if (!req.http.RSC) {
        unset req.http.Next-Router-State-Tree;
        unset req.http.Next-Router-Prefetch;
        unset req.http.Next-Router-Segment-Prefetch;
        unset req.http.Next-Url;
    }
    # Sent with the data of pages alone. Elsewhere it would turn a redirect into an empty page.
    if (req.http.X-Nextjs-Data && req.url !~ "/_next/data/") {
        unset req.http.X-Nextjs-Data;
    }
    # Only a POST carries an action of the server.
    if (req.method != "POST") {
        unset req.http.Next-Action;
    }
    # One way to write it, for responses that vary on it: neither case nor spaces mean anything (RFC 9110, 12.5.4).
    if (req.http.Accept-Language) {
        set req.http.Accept-Language = std.tolower(regsuball(req.http.Accept-Language, "\s+", ""));
    }
}

sub vcl_hash {
    hash_data(req.url);
    hash_data(req.http.Host);
    # A page asks its own version for data: what one has answered is not for the pages of another.
    if (req.http.X-Deployment-Id) {
        hash_data("deployment " + req.http.X-Deployment-Id);
    }
    # In the key whether or not the response varies on them: a page in place of its data would break the browser.
    if (req.http.RSC) {
        # One by one, with what Varnish puts between them: together, one could pass for the next.
        hash_data("rsc " + req.http.RSC);
        hash_data(req.http.Next-Router-Prefetch);
        hash_data(req.http.Next-Router-Segment-Prefetch);
    }
    if (req.http.X-Nextjs-Data) {
        hash_data("data " + req.http.X-Nextjs-Data);
    }
    hash_data(local.socket);
    return (lookup);
}

# ---- Which tier answers ----

sub vcl_recv {
    if (local.socket == "cdn") {
        call storage_recv;
    }
    call app_recv;
}

sub app_recv {
    set req.backend_hint = balancer;
    if (req.http.Upgrade) {
        call websocket_recv;
    }
    if (req.url == "/__spillway/balancer") {
        return (pass);
    }
    # What is between a client and a proxy is not for the app (RFC 9110, 9.3.6 and 9.3.8).
    if (req.method == "CONNECT" || req.method == "TRACE") {
        return (synth(405, "Method Not Allowed"));
    }
    if (req.method != "GET" && req.method != "HEAD") {
        set req.backend_hint = balancer_once;
        set req.http.Spillway-Fwd = "method";
        return (pass);
    }
}

# A tunnel shows the edge nothing of what follows. So only for the one handshake that has a use for it (RFC 6455, 4.1),
# and to where the balancer hangs up after one answer: or a second request could follow, past all that is refused here.
sub websocket_recv {
    if (req.method == "GET" && req.http.Upgrade ~ "(?i)^websocket$" && req.http.Connection ~ "(?i)(^|[,\s])upgrade([,\s]|$)" &&
        req.http.Sec-WebSocket-Key && !req.http.Content-Length && !req.http.Transfer-Encoding) {
        set req.backend_hint = balancer_once;
        return (pipe);
    }
    unset req.http.Upgrade;
}

sub storage_recv {
    set req.backend_hint = storage;
    if (req.method != "GET" && req.method != "HEAD") {
        return (synth(405, "Method Not Allowed"));
    }
    # Objects by their key, nothing else: no listing, and no subresource such as ?acl.
    set req.url = regsub(req.url, "\?.*$", "");
    # What begins with a dot is not for visitors: uploads that were not looked at yet lie there, perhaps after a
    # prefix. The storage decodes a path, and takes several slashes for one.
    if (req.url == "/" || (req.restarts == 0 && req.url ~ "(?i)(/|%2f)(\.|%2e)")) {
        return (synth(404, "Not Found"));
    }
    if (req.restarts == 0) {
        set req.url = "/app" + req.url;
    }
    unset req.http.Cookie;
    unset req.http.Authorization;
    set req.http.X-Spillway-Origin = "0123";
    return (hash);
}

sub vcl_deliver {
    # Files of users run no script, and are taken for nothing but what they are said to be.
    if (local.socket == "cdn" || req.http.Spillway-Static == "storage") {
        set resp.http.X-Content-Type-Options = "nosniff";
        if (resp.http.Content-Type ~ "(?i)(html|xml|svg)") {
            set resp.http.Content-Security-Policy = "default-src 'none'; style-src 'unsafe-inline'; sandbox";
        }
    }
}

sub vcl_pipe {
    set bereq.http.Upgrade = req.http.Upgrade;
    # Not what the client named besides: a balancer would take those headers away.
    set bereq.http.Connection = "Upgrade";
}

# ---- Stale only if the app fails (RFC 5861, 4) ----

sub vcl_hit {
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

# ---- How long it is kept (RFC 9111, 5861, 9213) ----

sub vcl_backend_response {
    # Several lines of a list are one list (RFC 9110, 5.3).
    std.collect(beresp.http.Cache-Control);
    std.collect(beresp.http.CDN-Cache-Control);
    std.collect(beresp.http.Vary);
    # Both are the same for all that one address here can mean.
    if (beresp.http.Vary ~ "(?i)x-forwarded-(host|proto)") {
        set beresp.http.Vary = regsub(regsuball(beresp.http.Vary, "(?i)(^|,)\s*x-forwarded-(host|proto)\s*(?=,|$)", ""), "^[,\s]+", "");
        if (beresp.http.Vary == "") {
            unset beresp.http.Vary;
        }
    }
    std.collect(beresp.http.Surrogate-Key, " ");

    # A 304 brings along what was noted of the stored response, whose headers may say otherwise by now.
    unset beresp.http.Spillway-Asks-After;
    unset beresp.http.Spillway-If-Error;
    unset beresp.http.Spillway-Private;
    unset beresp.http.Spillway-Shared;
    set beresp.http.Spillway-Policy = beresp.http.Cache-Control;
    # RFC 9111, 5.2.2.3: no-store is for caches that do not know the status.
    if (beresp.http.Cache-Control ~ "(?i)must-understand" && beresp.status == 200) {
        set beresp.http.Spillway-Policy = regsuball(beresp.http.Cache-Control, "(?i)no-store", "");
    }
    call choose_policy;
    call own_lifetime;
    call permit_stale;
    # With an ETag or a date it is kept past its life, to be asked about instead of fetched again.
    set beresp.keep = 10m;
}

# RFC 9213, 2.2: what is addressed to this cache stands in place of Cache-Control and Expires, if it is well formed.
sub choose_policy {
    if (beresp.http.CDN-Cache-Control) {
        # A dictionary of structured fields, in which seconds are whole numbers and not texts.
        if (beresp.http.CDN-Cache-Control ~ {"^\s*[a-z*][a-z0-9_.*-]*(=(\?[01]|-?[0-9]{1,15}(\.[0-9]{1,3})?|[A-Za-z*][A-Za-z0-9:/!#$%&'*+.^_|~-]*|"[ !#-\[\]-~]*"|:[A-Za-z0-9+/=]*:))?(;\s*[a-z*][a-z0-9_.*-]*(=(\?[01]|-?[0-9]{1,15}(\.[0-9]{1,3})?|[A-Za-z*][A-Za-z0-9:/!#$%&'*+.^_|~-]*|"[ !#-\[\]-~]*"|:[A-Za-z0-9+/=]*:))?)*(\s*,\s*[a-z*][a-z0-9_.*-]*(=(\?[01]|-?[0-9]{1,15}(\.[0-9]{1,3})?|[A-Za-z*][A-Za-z0-9:/!#$%&'*+.^_|~-]*|"[ !#-\[\]-~]*"|:[A-Za-z0-9+/=]*:))?(;\s*[a-z*][a-z0-9_.*-]*(=(\?[01]|-?[0-9]{1,15}(\.[0-9]{1,3})?|[A-Za-z*][A-Za-z0-9:/!#$%&'*+.^_|~-]*|"[ !#-\[\]-~]*"|:[A-Za-z0-9+/=]*:))?)*)*\s*$"} &&
            beresp.http.CDN-Cache-Control !~ {"(?i)(max-age|s-maxage)=[^0-9]"}) {
            set beresp.http.Spillway-Policy = beresp.http.CDN-Cache-Control;
            set beresp.http.Spillway-Targeted = "1";
        } else {
            unset beresp.http.CDN-Cache-Control;
        }
    }
}

# Varnish has read Cache-Control, Expires and Age. Here it is read again where Varnish does not.
sub own_lifetime {
    # RFC 9111, 5.1: an Age that is no whole number says nothing.
    if (beresp.http.Age ~ "^[0-9]+\.[0-9]+$") {
        unset beresp.http.Age;
        set beresp.http.Spillway-Reread = "1";
    }
    # RFC 9110, 15.1: any status is kept that says for how long.
    if (beresp.status != 200 && beresp.status != 203 && beresp.status != 300 && beresp.status != 301 &&
        beresp.status != 302 && beresp.status != 304 && beresp.status != 307 && beresp.status != 404 &&
        beresp.status != 410 && beresp.status != 414) {
        set beresp.http.Spillway-Reread = "1";
    }
    if (beresp.http.Spillway-Targeted || beresp.http.Spillway-Reread) {
        if (beresp.http.Spillway-Policy ~ {"(?i)(^|[,\s])s-maxage="?[0-9]+"?\s*(;|,|$)"}) {
            set beresp.ttl = std.duration(regsub(beresp.http.Spillway-Policy, {"(?i)^(.*[,\s])?s-maxage="?([0-9]+).*$"}, "\2") + "s", 0s);
        } elsif (beresp.http.Spillway-Policy ~ {"(?i)(^|[,\s])max-age="?[0-9]+"?\s*(;|,|$)"}) {
            set beresp.ttl = std.duration(regsub(beresp.http.Spillway-Policy, {"(?i)^(.*[,\s])?max-age="?([0-9]+).*$"}, "\2") + "s", 0s);
        } elsif (beresp.http.Expires && !beresp.http.Spillway-Targeted) {
            call lifetime_of_expires;
        } else {
            set beresp.ttl = 0s;
        }
        set beresp.ttl = beresp.ttl - std.duration(beresp.http.Age + "s", 0s);
    } elsif (beresp.http.Expires && beresp.http.Age && beresp.http.Cache-Control !~ "(?i)max-?age") {
        call lifetime_of_expires;
        set beresp.ttl = beresp.ttl - std.duration(beresp.http.Age + "s", 0s);
    }
    unset beresp.http.Spillway-Reread;
    unset beresp.http.Spillway-Targeted;
}

# RFC 9111, 4.2.1.
sub lifetime_of_expires {
    set beresp.ttl = std.time(beresp.http.Expires, now) - std.time(beresp.http.Date, now);
}

# RFC 5861: stale while one request asks anew, and stale when that fails, for as long as the response itself permits.
sub permit_stale {
    set beresp.grace = 0s;
    if (beresp.http.Spillway-Policy ~ "(?i)(must|proxy)-revalidate") {
        return;
    }
    if (beresp.http.Spillway-Policy ~ {"(?i)(^|[,\s])stale-while-revalidate="?[0-9]+"?\s*(;|,|$)"}) {
        set beresp.grace = std.duration(regsub(beresp.http.Spillway-Policy, {"(?i)^(.*[,\s])?stale-while-revalidate="?([0-9]+).*$"}, "\2") + "s", 0s);
    }
    # From here on the app is asked before what is stale is served.
    set beresp.http.Spillway-Asks-After = beresp.grace;
    if (beresp.http.Spillway-Policy ~ {"(?i)(^|[,\s])stale-if-error="?[0-9]+"?\s*(;|,|$)"}) {
        set beresp.http.Spillway-If-Error = std.duration(regsub(beresp.http.Spillway-Policy, {"(?i)^(.*[,\s])?stale-if-error="?([0-9]+).*$"}, "\2") + "s", 0s);
        if (std.duration(regsub(beresp.http.Spillway-Policy, {"(?i)^(.*[,\s])?stale-if-error="?([0-9]+).*$"}, "\2") + "s", 0s) > beresp.grace) {
            set beresp.grace = std.duration(regsub(beresp.http.Spillway-Policy, {"(?i)^(.*[,\s])?stale-if-error="?([0-9]+).*$"}, "\2") + "s", 0s);
        }
    }
    # RFC 9111, 4.2.4: a cache that is disconnected may serve what is stale, unless s-maxage forbids it (5.2.2.10).
    if (beresp.grace < 10m && beresp.http.Spillway-Policy !~ "(?i)(^|[,\s])s-maxage") {
        set beresp.grace = 10m;
    }
}

# ---- What is for one reader only ----

sub vcl_recv {
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

# ---- What the client has already (RFC 9110, 13.1.2) ----

sub vcl_hit {
    if (req.http.If-None-Match && obj.http.ETag && (req.http.If-None-Match == "*" || (req.http.If-None-Match ~ "," &&
        str.contains(req.http.If-None-Match, regsub(obj.http.ETag, "^W/", ""))))) {
        set req.http.If-None-Match = obj.http.ETag;
    }
}

sub vcl_deliver {
    # A range in a unit that is not known here, or of no numbers, is no range (RFC 9110, 14.2).
    if (req.http.Range && req.http.Range !~ "(?i)^bytes=[0-9, 	-]+$") {
        unset req.http.Range;
    }
}

# ---- Changes end what is stored of their address (RFC 9111, 4.4) ----

sub vcl_backend_response {
    set beresp.http.xkey = "url:" + blob.transcode(IDENTITY, BASE64URLNOPAD, encoded=bereq.http.Host + bereq.url) + " " + beresp.http.Surrogate-Key + " :all";
}

sub vcl_deliver {
    if (req.method != "GET" && req.method != "HEAD" && req.method != "OPTIONS" && resp.status >= 200 && resp.status < 400) {
        set req.http.Spillway-Mark = xkey.purge("url:" + blob.transcode(IDENTITY, BASE64URLNOPAD, encoded=req.http.Host + req.url));
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
        set req.http.Spillway-Mark = xkey.purge("url:" + blob.transcode(IDENTITY, BASE64URLNOPAD, encoded=req.http.Host + req.http.Spillway-Tried));
    }
}

# ---- Kept, or remembered as not to be kept ----

sub vcl_backend_response {
    if (bereq.uncacheable) {
        # It was not to be kept from the first.
    } elsif (beresp.http.Spillway-Overtaken) {
        # Fetched before something that it depends on ended: new enough for who asked, and for nobody later.
        set beresp.uncacheable = true;
        set beresp.ttl = 1s;
    } elsif (beresp.http.Spillway-Private ||
        beresp.http.Spillway-Policy ~ "(?i)(^|[,\s])(private|no-store|no-cache)" ||
        beresp.http.Vary ~ "(^|,)\s*\*" ||
        (beresp.ttl <= 0s && !beresp.http.ETag && !beresp.http.Last-Modified)) {
        # While it is remembered, nobody waits for another's answer. The first that may be kept ends it.
        set beresp.uncacheable = true;
        set beresp.ttl = 10m;
    }
}

# ---- What was meant for the edge alone ----

sub vcl_backend_response {
    unset beresp.http.Cache-Tag;
    unset beresp.http.Spillway-Overtaken;
    unset beresp.http.Spillway-Policy;
    unset beresp.http.Spillway-Private;
    unset beresp.http.Surrogate-Control;
    unset beresp.http.X-Next-Cache-Tags;
    # What forbids is for every cache on the way: without it, one in front of this might store by Cache-Control.
    if (beresp.http.CDN-Cache-Control !~ "(?i)(private|no-store|no-cache)") {
        unset beresp.http.CDN-Cache-Control;
    }
    return (deliver);
}

# ---- When the app does not answer ----

sub vcl_backend_error {
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

# ---- What leaves the edge (RFC 9211) ----

sub vcl_pass {
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
    unset resp.http.Spillway-Asks-After;
    unset resp.http.Spillway-If-Error;
    unset resp.http.Spillway-Mark;
    unset resp.http.Spillway-Shared;
    unset resp.http.Spillway-Unsure;
    unset resp.http.Surrogate-Key;
    unset resp.http.Via;
    unset resp.http.X-Varnish;
    unset resp.http.xkey;
    # Where its chunks end is the last thing that two readers may not agree on: nothing more is read here.
    if (req.http.Transfer-Encoding) {
        set resp.http.Connection = "close";
    }
}
