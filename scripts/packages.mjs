// The system packages that the real servers come from, by the program that proves them present.

/** @typedef {{ program: string, package: string, path?: string }} SystemPackage */

/** @type {SystemPackage[]} */
const servers = [
  { program: "redis-server", package: "redis-server" },
  { program: "haproxy", package: "haproxy" },
  { program: "varnishd", package: "varnish" },
  // A Varnish module has no program; its library lies beside Varnish's own.
  { program: "libvmod_xkey.so", package: "varnish-modules", path: "varnish/vmods" },
  { program: "nginx", package: "nginx" },
];

/** @type {SystemPackage[]} */
const browser = [{ program: "chromium", package: "chromium" }];

export const neededBy = { up: servers, test: [...servers, ...browser] };
