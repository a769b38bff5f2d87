// Cloudflare's purge API: developers.cloudflare.com/api/resources/cache/methods/purge.

import { cloudflare } from "../../src/cdn/drivers/cloudflare.ts";
import { exactJson, type Meaning, type Received, tagProblem, type Vendor } from "./fake-cdn.ts";

const secret = "cloudflare-token-that-nobody-may-see";
const zoneId = "023e105f4ecef8ad9ca31a8372d0c353";

export function cloudflareServer(endpoint: () => string): Vendor {
  return {
    secret,
    driver: ({ secret: token = secret, ...settings }) =>
      cloudflare({ zoneId, token, endpoint: `${endpoint()}/client/v4`, ...settings }),
    read,
    accept: () => ({ status: 200, body: answer(true, []) }),
    refuse: (status, problem) => ({ status, body: answer(false, [{ code: 10000, message: problem }]) }),
  };
}

export function answer(success: boolean, errors: readonly { code: number; message: string }[]): string {
  return JSON.stringify({ success, errors, messages: [], result: success ? { id: zoneId } : null });
}

function read(request: Received): Meaning {
  if (request.headers["authorization"] !== `Bearer ${secret}`)
    return { wrong: "credentials", problem: "Authentication error" };
  const form = (problem: string): Meaning => ({ wrong: "form", problem });
  if (request.method !== "POST" || request.path !== `/client/v4/zones/${zoneId}/purge_cache`)
    return form(`${request.method} ${request.path}`);
  if (exactJson(request, "purge_everything")?.["purge_everything"] === true) return { asks: "all" };
  const tags = exactJson(request, "tags")?.["tags"];
  const problem = tagProblem(tags, { most: 100, bytes: 1024 });
  return problem === undefined ? { tags: tags as string[] } : form(problem);
}
