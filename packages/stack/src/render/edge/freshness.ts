// How long a response is kept, by what it says itself (RFC 9111, 5861 and 9213).

import { vcl } from "./input.ts";

/** A dictionary of structured fields, without inner lists (RFC 8941, 3.2). */
const bare = String.raw`(\?[01]|-?[0-9]{1,15}(\.[0-9]{1,3})?|[A-Za-z*][A-Za-z0-9:/!#$%&'*+.^_|~-]*|"[ !#-\[\]-~]*"|:[A-Za-z0-9+/=]*:)`;
const name = String.raw`[a-z*][a-z0-9_.*-]*`;
const parameters = String.raw`(;\s*${name}(=${bare})?)*`;
const member = String.raw`${name}(=${bare})?${parameters}`;
const dictionary = String.raw`^\s*${member}(\s*,\s*${member})*\s*$`;

/** The seconds of a directive, of a policy that has it. */
function seconds(directive: string): string {
  return vcl`std.duration(regsub(beresp.http.Spillway-Policy, {"(?i)^(.*[,\s])?${directive}="?([0-9]+).*$"}, "\2") + "s", 0s)`;
}

/** Whether a policy has a directive with seconds. */
function has(directive: string): string {
  return vcl`beresp.http.Spillway-Policy ~ {"(?i)(^|[,\s])${directive}="?[0-9]+"?\s*(;|,|$)"}`;
}

/** How long what is stale may be served when the app cannot be reached at all (RFC 9111, 4.2.4). */
const disconnected = "10m";

export function freshness(): string {
  return vcl`sub vcl_backend_response {
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
        if (beresp.http.CDN-Cache-Control ~ {"${dictionary}"} &&
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
        if (${has("s-maxage")}) {
            set beresp.ttl = ${seconds("s-maxage")};
        } elsif (${has("max-age")}) {
            set beresp.ttl = ${seconds("max-age")};
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
    if (${has("stale-while-revalidate")}) {
        set beresp.grace = ${seconds("stale-while-revalidate")};
    }
    # From here on the app is asked before what is stale is served.
    set beresp.http.Spillway-Asks-After = beresp.grace;
    if (${has("stale-if-error")}) {
        set beresp.http.Spillway-If-Error = ${seconds("stale-if-error")};
        if (${seconds("stale-if-error")} > beresp.grace) {
            set beresp.grace = ${seconds("stale-if-error")};
        }
    }
    # RFC 9111, 4.2.4: a cache that is disconnected may serve what is stale, unless s-maxage forbids it (5.2.2.10).
    if (beresp.grace < ${disconnected} && beresp.http.Spillway-Policy !~ "(?i)(^|[,\s])s-maxage") {
        set beresp.grace = ${disconnected};
    }
}
`;
}

/** After all who have a say: kept, or remembered as not to be kept. */
export function storing(): string {
  return vcl`sub vcl_backend_response {
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
`;
}
