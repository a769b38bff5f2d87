// How an edge follows the invalidation log: the purger tells it what has ended, and nothing is stored that was fetched
// before it ended.

import { type EdgeInput, vcl } from "./input.ts";

/** Bytes of changed tags that are remembered. A fetch that takes longer than that many changes is not stored. */
const remembered = 4_000;
/** Changed tags that one fetch is compared with; VCL has no loops. Past them it is not stored. */
const compared = 32;

/**
 * `state` is `<end>|<token>|<changed tags>`: how many bytes of changed tags there have been, a causality token of that
 * position, and the last of those bytes. One variable, so that a fetch reads all three as of one moment.
 */
export function coherence({ purgeSecret }: EdgeInput): string {
  return vcl`sub vcl_recv {
    if (local.socket == "control") {
        if (req.http.Authorization != "Bearer ${purgeSecret}") {
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
            var.set("expired", ${asExpired("req.http.Spillway-Expired-Tags")});
            var.set_int("end", var.get_int("end") + str.count(var.get("expired")) + 1);
            var.set("changes", var.get("changes") + var.get("expired") + " ");
        }
        if (str.count(var.get("changes")) > ${remembered}) {
            var.set("changes", str.take(var.get("changes"), ${remembered}, -${remembered}));
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
        var.set("tags", " " + beresp.http.Surrogate-Key + " " + ${asExpired("beresp.http.Surrogate-Key")} + " ");
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
    } elsif (var.get_int("changed") > 0 && var.get_int("changed") <= ${remembered}) {
        var.set("changes", str.take(var.get("state"), var.get_int("changed"), -var.get_int("changed")));
        call compare;
    }
}

sub compare {
${comparison()}
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
                var.set("tags", var.get("tags") + ${asExpired("obj.http.Surrogate-Key")} + " ");
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
            var.set("tags", var.get("tags") + ${asExpired("resp.http.Surrogate-Key")} + " ");
        }
        var.set("mark", resp.http.Spillway-Mark);
        call overtaken;
        if (var.get("overtaken") == "yes") {
            set req.http.Spillway-Purged = xkey.purge(regsub(resp.http.xkey, " .*$", ""));
        }
    }
}
`;
}

/** Tags among those that have changed, as they are there when they only let their responses be refreshed: no tag begins so. */
function asExpired(tags: string): string {
  return vcl`regsuball(${tags}, "[^ ]+", "*\0")`;
}

function comparison(): string {
  const steps = Array.from({ length: compared }, (_, index) => {
    const tag = `str.split(var.get("changes"), ${index + 1}, " ")`;
    return `    if (!${tag} || ${tag} == "") {
        var.set("overtaken", "");
        return;
    }
    if (str.contains(var.get("tags"), " " + ${tag} + " ")) {
        return;
    }`;
  });
  return steps.join("\n");
}
