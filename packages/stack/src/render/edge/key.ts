// What makes two requests the same: the address and what of Next.js's protocol changes the answer.

import { vcl } from "./input.ts";

export function key(): string {
  return vcl`sub vcl_recv {
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
`;
}
