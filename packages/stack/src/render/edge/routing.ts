// Which tier answers, and what is not asked of the cache at all.

import { balancerHealthPath } from "../paths.ts";
import { type EdgeInput, vcl } from "./input.ts";

export function routing({ settings, originSecret }: EdgeInput): string {
  return vcl`sub vcl_recv {
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
    if (req.url == "${balancerHealthPath}") {
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
        set req.url = "/${settings.storage.bucket}" + req.url;
    }
    unset req.http.Cookie;
    unset req.http.Authorization;
    set req.http.X-Spillway-Origin = "${originSecret}";
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
`;
}
