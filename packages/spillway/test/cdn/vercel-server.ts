// Vercel's purge API: vercel.com/docs/rest-api/edge-cache.

import { vercel } from "../../src/cdn/drivers/vercel.ts";
import { exactJson, type Meaning, type Received, tagProblem, type Vendor } from "./fake-cdn.ts";

const secret = "vercel-token-that-nobody-may-see";
const project = "prj_12HKQaOmR5t5Uy6vdcQsNIiZgHGB";
const teamId = "team_1a2b3c4d5e6f7g8h9i0j1k2l";

export function vercelServer(endpoint: () => string): Vendor {
  return {
    secret,
    driver: ({ secret: token = secret, ...settings }) =>
      vercel({ project, teamId, token, endpoint: endpoint(), ...settings }),
    read,
    accept: () => ({ status: 200, body: "" }),
    refuse: (status, problem) => ({
      status,
      body: JSON.stringify({ error: { code: "refused", message: problem } }),
    }),
  };
}

function read(request: Received): Meaning {
  if (request.headers["authorization"] !== `Bearer ${secret}`)
    return { wrong: "credentials", problem: "Not authorized" };
  const form = (problem: string): Meaning => ({ wrong: "form", problem });
  if (request.method !== "POST") return form(request.method);
  if (request.query.get("projectIdOrName") !== project || request.query.get("teamId") !== teamId)
    return form(request.query.toString());
  if (request.path === "/v1/edge-cache/purge-all")
    return request.body === "" ? { asks: "all" } : form("a body");
  if (request.path !== "/v1/edge-cache/dangerously-delete-by-tags") return form(request.path);
  const tags = exactJson(request, "tags")?.["tags"];
  const problem = tagProblem(tags, { most: 16, bytes: 256 });
  return problem === undefined ? { tags: tags as string[] } : form(problem);
}
