// What the client has already (RFC 9110, 13.1.2). Varnish compares If-None-Match with one tag; here it may be a list.

import { vcl } from "./input.ts";

export function conditional(): string {
  return vcl`sub vcl_hit {
    if (obj.http.ETag && req.http.If-None-Match ~ "," &&
        str.contains(req.http.If-None-Match, regsub(obj.http.ETag, "^W/", ""))) {
        set req.http.If-None-Match = obj.http.ETag;
    }
}
`;
}
