// Turns draft mode on and off for one visitor.

import { draftMode } from "next/headers";

interface State {
  params: Promise<{ state: string }>;
}

export async function GET(_request: Request, { params }: State): Promise<Response> {
  const draft = await draftMode();
  if ((await params).state === "on") draft.enable();
  else draft.disable();
  return Response.json({ draft: draft.isEnabled });
}
