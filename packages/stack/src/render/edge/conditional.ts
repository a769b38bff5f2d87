// What the client has already (RFC 9110, 13.1.2), and parts (14.2). Varnish compares If-None-Match with one tag; here it
// may be a list, or any.

import { vcl } from "./input.ts";

export function conditional(): string {
  return vcl`sub vcl_hit {
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
`;
}
