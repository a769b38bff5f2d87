// Fastly's purge API: fastly.com/documentation/reference/api/purging.

import { fastly } from "../../src/cdn/drivers/fastly.ts";
import { exactJson, type Meaning, type Received, tagProblem, type Vendor } from "./fake-cdn.ts";

const secret = "fastly-token-that-nobody-may-see";
export const serviceId = "SU1Z0isxPaozGVKXdv0eY";

export function fastlyServer(endpoint: () => string): Vendor {
  return {
    secret,
    driver: ({ secret: token = secret, ...settings }) =>
      fastly({ serviceId, token, endpoint: endpoint(), ...settings }),
    read,
    accept: (_meaning, confirmed) => ({
      status: 200,
      body: JSON.stringify(
        confirmed.length === 0
          ? { status: "ok" }
          : Object.fromEntries(confirmed.map((tag, at) => [tag, `108-139123-${at}`])),
      ),
    }),
    refuse: (status, problem) => ({ status, body: JSON.stringify({ msg: "Refused", detail: problem }) }),
  };
}

function read(request: Received): Meaning {
  if (request.headers["fastly-key"] !== secret)
    return { wrong: "credentials", problem: "Provided credentials" };
  const form = (problem: string): Meaning => ({ wrong: "form", problem });
  if (request.method !== "POST") return form(request.method);
  if (request.headers["fastly-soft-purge"] !== undefined) return form("a soft purge");
  if (request.path === `/service/${serviceId}/purge_all`)
    return request.body === "" ? { asks: "all" } : form("a body");
  if (request.path !== `/service/${serviceId}/purge`) return form(request.path);
  const tags = exactJson(request, "surrogate_keys")?.["surrogate_keys"];
  const problem = tagProblem(tags, { most: 256, bytes: 1024 });
  return problem === undefined ? { tags: tags as string[] } : form(problem);
}
