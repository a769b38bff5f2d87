// Writes at once, and invalidates after its response.

import { revalidateTag } from "next/cache";
import { after } from "next/server";
import { write } from "../../../lib/origin.ts";

interface Order {
  name: string;
  version: string;
  tag: string;
}

export async function POST(request: Request): Promise<Response> {
  const { name, version, tag } = (await request.json()) as Order;
  await write(name, version);
  after(() => revalidateTag(tag, { expire: 0 }));
  return Response.json({ done: true });
}
