// What a webhook does: writes at the origin, if told to, and invalidates a tag or a path.

import { revalidatePath, revalidateTag } from "next/cache";
import { write } from "../../../lib/origin.ts";

interface Order {
  write?: { name: string; version: string };
  tag?: string;
  /** "max", or "now" for `{ expire: 0 }`. */
  profile?: string;
  path?: string;
  type?: "layout" | "page";
}

export async function POST(request: Request): Promise<Response> {
  const order = (await request.json()) as Order;
  if (order.write !== undefined) await write(order.write.name, order.write.version);
  if (order.tag !== undefined) {
    revalidateTag(order.tag, order.profile === "now" ? { expire: 0 } : (order.profile ?? "max"));
  }
  if (order.path !== undefined) revalidatePath(order.path, order.type);
  return Response.json({ done: true });
}
