// A route handler that answers with cached data.

import { remote } from "../../../../lib/cached.ts";
import { type Slug, slugOf } from "../../../../lib/slug.ts";

export async function GET(_request: Request, props: Slug): Promise<Response> {
  return Response.json({ version: await remote(await slugOf(props)) });
}
