// A cached answer with a status and a header of its own.

import { randomUUID } from "node:crypto";
import { ask } from "../../../../lib/origin.ts";
import { type Slug, slugOf } from "../../../../lib/slug.ts";

export const dynamic = "force-static";
export const generateStaticParams = async () => [];

export async function GET(_request: Request, props: Slug): Promise<Response> {
  const version = await ask(await slugOf(props));
  return Response.json(
    { version, rendering: randomUUID() },
    { status: 203, headers: { "x-own": "kept", "content-language": "en" } },
  );
}
