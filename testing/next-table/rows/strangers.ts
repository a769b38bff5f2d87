// Requests nobody honest sends: headers that only Next itself or a host of Next may use.

import { versions } from "../facts.ts";
import { type Row, rowsOf } from "../row.ts";

const internal: Record<string, string> = {
  "next-resume": "1",
  purpose: "prefetch",
  "x-invoke-path": "/forced",
  "x-invoke-status": "500",
  "x-matched-path": "/forced",
  "x-middleware-invoke": "1",
  "x-middleware-prefetch": "1",
  "x-middleware-rewrite": "/forced",
  "x-nextjs-data": "1",
  "x-now-route-matches": "1=built",
  "x-prerender-revalidate": "guessed",
};

export const strangers: Row[] = rowsOf("classic", "strangers", {
  "a page first asked for with headers of Next's own is an ordinary page for the next visitor": async (
    world,
  ) => {
    const broken: string[] = [];
    for (const [header, value] of Object.entries(internal)) {
      const slug = `${world.name}-${header}`;
      world.origin.set(slug, "one");
      await world.get(`/posts/${slug}`, { [header]: value });
      const { status, headers, version } = await world.get(`/posts/${slug}`);
      const ordinary =
        status === 200 && version === "one" && headers["content-type"]?.startsWith("text/html");
      if (ordinary !== true) broken.push(`${header}: ${status} ${headers["content-type"]} ${version}`);
    }
    return { seen: { broken } };
  },

  "no header opens what the proxy guards": async (world) => {
    world.origin.set(world.name, "secret");
    await world.visitor({ name: "ann" }).get(`/proxied/secret/${world.name}`);
    const subrequest = ["proxy", "src/proxy", "middleware"].map((name) => Array(5).fill(name).join(":"));
    const readings = [];
    for (const value of subrequest) {
      readings.push(await world.get(`/proxied/secret/${world.name}`, { "x-middleware-subrequest": value }));
    }
    for (const [header, value] of Object.entries(internal)) {
      readings.push(await world.get(`/proxied/secret/${world.name}`, { [header]: value }));
    }
    return { seen: { shown: versions(readings) } };
  },

  "another host in the request does not become the host of a kept page": async (world) => {
    const path = `/moved/${world.name}`;
    world.origin.set(world.name, "for-now");
    await world.get(path, { "x-forwarded-host": "elsewhere.example", "x-forwarded-proto": "gopher" });
    const { status, headers } = await world.get(path);
    return { seen: { status, location: headers["location"] ?? null } };
  },
});
