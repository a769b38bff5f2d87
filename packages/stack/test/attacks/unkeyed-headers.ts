// Headers of a client that an app may believe, and that are in no key.

/** Never a part of a key, so the app must not see what a client wrote there. */
export const unkeyedHeaders: readonly string[] = [
  ...[
    "Forwarded",
    "X-Forwarded",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Port",
    "X-Forwarded-Proto",
  ],
  ...[
    "X-Forwarded-Scheme",
    "X-Forwarded-Server",
    "X-Forwarded-Ssl",
    "X-Forwarded-Prefix",
    "X-Forwarded-Path",
  ],
  ...["X-Forwarded-Uri", "X-Forwarded-By", "X-Forwarded-Protocol", "X-Url-Scheme", "Front-End-Https"],
  ...["X-Host", "X-Original-Host", "X-HTTP-Host-Override", "X-HTTP-Path-Override"],
  ...["X-Original-URL", "X-Rewrite-URL", "X-HTTP-Method", "X-HTTP-Method-Override", "X-Method-Override"],
  ...[
    "X-Real-IP",
    "X-Client-IP",
    "X-Cluster-Client-IP",
    "True-Client-IP",
    "CF-Connecting-IP",
    "Fastly-Client-IP",
  ],
  ...[
    "Proxy",
    "X-Middleware-Subrequest",
    "X-Middleware-Rewrite",
    "X-Middleware-Prefetch",
    "X-Middleware-Next",
  ],
  ...[
    "X-Middleware-Redirect",
    "X-Middleware-Set-Cookie",
    "X-Middleware-Skip",
    "X-Middleware-Override-Headers",
  ],
  ...["X-Invoke-Path", "X-Invoke-Query", "X-Invoke-Status", "X-Invoke-Output", "X-Matched-Path"],
  ...[
    "X-Now-Route-Matches",
    "X-Prerender-Revalidate",
    "X-Prerender-Revalidate-If-Generated",
    "X-Nextjs-Data",
  ],
  ...[
    "Next-Action",
    "Next-Resume",
    "Next-HMR-Refresh",
    "X-Next-Revalidated-Tags",
    "X-Next-Revalidate-Tag-Token",
  ],
  ...["Next-Router-State-Tree", "Next-Router-Prefetch", "Next-Router-Segment-Prefetch", "Next-Url"],
  ...["X-Spillway-Origin", "Spillway-Fwd", "Spillway-Fallback", "Spillway-Mark"],
];
