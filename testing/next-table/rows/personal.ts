// What depends on the visitor before a page is chosen: draft mode and the proxy.

import { allDifferent, headersOf, oneRendering, versions } from "../facts.ts";
import { type Row, rowsOf } from "../row.ts";

export const personal: Row[] = rowsOf("classic", "visitors", {
  "who looks at drafts sees each change, and nobody else does": async (world) => {
    const path = `/draft/${world.name}`;
    world.origin.set(world.name, "one");
    const before = await world.everywhere(path);
    const editor = world.visitor();
    await editor.get("/api/draft/on");
    world.origin.set(world.name, "two");
    const drafts = [await editor.get(path), await editor.get(path)];
    const others = await world.everywhere(path);
    await editor.get("/api/draft/off");
    return {
      seen: {
        drafts: versions(drafts),
        draftsDiffer: allDifferent(drafts),
        others: versions(others),
        othersUntouched: oneRendering([...before, ...others]),
        afterwards: versions([await editor.get(path)]),
      },
      headers: headersOf(drafts[0]!),
    };
  },

  "a made-up draft cookie shows no drafts": async (world) => {
    world.origin.set(world.name, "one");
    await world.get(`/draft/${world.name}`);
    const curious = world.visitor({ __prerender_bypass: "guessed" });
    return { seen: { version: (await curious.get(`/draft/${world.name}`)).version! } };
  },

  "the proxy chooses a cached page by the visitor's cookie": async (world) => {
    const path = `/proxied/bucket/${world.name}`;
    const a = world.visitor({ bucket: "a" });
    const b = world.visitor({ bucket: "b" });
    const readings = [await a.get(path), await b.get(path), await a.get(path), await b.get(path)];
    const nobody = await world.everywhere(path);
    return {
      seen: {
        shown: readings.map(({ version }) => version!),
        kept: [
          readings[0]!.rendering === readings[2]!.rendering,
          readings[1]!.rendering === readings[3]!.rendering,
        ],
        nobody: versions(nobody),
      },
      headers: headersOf(nobody.at(-1)!),
    };
  },

  "the proxy adds a header of the visitor to a cached page": async (world) => {
    const path = `/proxied/page/${world.name}`;
    const ann = world.visitor({ name: "ann" });
    const bob = world.visitor({ name: "bob" });
    const readings = [await ann.get(path), await bob.get(path), await ann.get(path), await world.get(path)];
    return {
      seen: {
        names: readings.map(({ headers }) => headers["x-proxy"] ?? null),
        oneRendering: oneRendering(readings),
      },
    };
  },

  "a cached page that the proxy guards is not for those it turns away": async (world) => {
    const path = `/proxied/secret/${world.name}`;
    const ann = world.visitor({ name: "ann" });
    world.origin.set(world.name, "secret");
    const before = await world.everywhere(path);
    const allowed = [await ann.get(path), await ann.get(path)];
    const after = await world.everywhere(path);
    const disguised = await world.visitor({ name: "bob" }).get(path);
    return {
      seen: {
        allowed: versions(allowed),
        strangers: versions([...before, ...after, disguised]),
        statuses: [...new Set(after.map(({ status }) => status))],
      },
    };
  },

  "a cookie that the proxy sets on a cached page is one visitor's": async (world) => {
    const path = `/proxied/cookie/${world.name}`;
    const readings = await world.everywhere(path);
    const lucky = readings.flatMap(({ cookies }) => cookies.filter((cookie) => cookie.startsWith("lucky=")));
    return {
      seen: { oneRendering: oneRendering(readings), own: new Set(lucky).size === readings.length },
    };
  },

  "the proxy redirects by the visitor's language": async (world) => {
    const languages = ["de", "en", "de", "en"];
    const locations: string[] = [];
    for (const language of languages) {
      const { headers } = await world.get("/proxied/language", { "accept-language": language });
      locations.push(headers["location"] ?? "none");
    }
    return { seen: { locations } };
  },

  "the proxy adds a header to the request": async (world) => {
    const reading = await world.visitor({ name: "ann" }).get("/proxied/ask");
    return { seen: { version: reading.version!, leaked: reading.headers["x-question"] ?? null } };
  },

  "the proxy redirects to where the visitor came in": async (world) => {
    const { status, headers } = await world.get("/proxied/away");
    return { seen: { status, location: headers["location"]! } };
  },

  "the proxy answers by itself": async (world) => {
    const reading = await world.get("/proxied/answer");
    return { seen: { status: reading.status, text: reading.text }, headers: headersOf(reading) };
  },

  "a page per language": async (world) => {
    const readings = [await world.get("/in/de"), await world.get("/in/en"), await world.get("/in/fr")];
    return { seen: { versions: versions(readings), statuses: readings.map(({ status }) => status) } };
  },
});
