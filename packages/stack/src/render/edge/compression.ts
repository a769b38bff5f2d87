// What is kept is compressed here, once for all who read it. What is for one visitor comes compressed from the balancer.

import { compressedTypes, leastCompressed } from "../compression.ts";
import { vcl } from "./input.ts";

const types = compressedTypes.map((type) => type.replaceAll(/[.+]/g, String.raw`\$&`)).join("|");

/** An app says `identity` of what it leaves to the edges: the balancer takes it for compressed. */
export function compression(): string {
  return vcl`sub vcl_backend_response {
    if (beresp.http.Content-Encoding == "identity") {
        unset beresp.http.Content-Encoding;
        if (beresp.http.Content-Type ~ "(?i)^(${types})\s*(;|$)" && std.integer(beresp.http.Content-Length, ${leastCompressed}) >= ${leastCompressed}) {
            set beresp.do_gzip = true;
        }
    }
}
`;
}
