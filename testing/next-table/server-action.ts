// Submits the form of a page the two ways a browser does: without script, and as the client router does.

import type { Reading, Sent } from "./reading.ts";
import type { Visitor } from "./visitor.ts";

export interface Submission {
  slug: string;
  version: string;
  /** How the action invalidates what it wrote. */
  how: string;
}

export async function submitPlain(visitor: Visitor, page: string, fields: Submission): Promise<Reading> {
  const form = new FormData();
  form.append(`$ACTION_ID_${await actionOf(visitor, page)}`, "");
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  return await visitor.post(page, await encoded(form));
}

export interface Scripted extends Submission {
  /** The site whose page sends it, if it is not the app itself. */
  from?: string;
}

export async function submitScripted(visitor: Visitor, page: string, sent: Scripted): Promise<Reading> {
  const { from, ...fields } = sent;
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(`_1_${name}`, value);
  // React's notation for "the only argument is form data number 1".
  form.append("0", '["$K1"]');
  const { headers, body } = await encoded(form);
  const action = await actionOf(visitor, page);
  const origin: Record<string, string> = from === undefined ? {} : { origin: from };
  return await visitor.post(page, {
    headers: { ...headers, ...origin, accept: "text/x-component", "next-action": action },
    body: body!,
  });
}

async function actionOf(visitor: Visitor, page: string): Promise<string> {
  const { text } = await visitor.get(page);
  return /name="\$ACTION_ID_([0-9a-f]+)"/.exec(text)?.[1] ?? "none";
}

async function encoded(form: FormData): Promise<Sent> {
  const response = new Response(form);
  return {
    headers: { "content-type": response.headers.get("content-type")! },
    body: new Uint8Array(await response.arrayBuffer()),
  };
}
