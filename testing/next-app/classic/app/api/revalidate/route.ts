// What a webhook does: writes at the origin, if told to, and invalidates a tag or a path.

import { revalidatePath, revalidateTag } from "next/cache";
import { write } from "../../../lib/origin.ts";

interface Order {
  write?: { name: string; version: string };
  tag?: string;
  /** "max", or a name of `expiries`. */
  profile?: string;
  path?: string;
  type?: "layout" | "page";
}

const expiries: Record<string, { expire: number }> = { now: { expire: 0 }, second: { expire: 1 } };

export async function POST(request: Request): Promise<Response> {
  const order = (await request.json()) as Order;
  if (order.write !== undefined) await write(order.write.name, order.write.version);
  if (order.tag !== undefined) {
    const { profile = "max" } = order;
    revalidateTag(order.tag, expiries[profile] ?? profile);
  }
  if (order.path !== undefined) revalidatePath(order.path, order.type);
  return Response.json({ done: true });
}
