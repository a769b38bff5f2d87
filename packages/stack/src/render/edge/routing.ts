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
    if (req.http.Upgrade ~ "(?i)websocket") {
        return (pipe);
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

sub storage_recv {
    set req.backend_hint = storage;
    if (req.method != "GET" && req.method != "HEAD") {
        return (synth(405, "Method Not Allowed"));
    }
    # Objects by their key, nothing else: no listing, and no subresource such as ?acl.
    set req.url = regsub(req.url, "\?.*$", "");
    if (req.url == "/") {
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

sub vcl_pipe {
    set bereq.http.Upgrade = req.http.Upgrade;
    set bereq.http.Connection = req.http.Connection;
}
`;
}
