// Revalidates one page by name, and answers when it is made anew.

import type { NextApiRequest, NextApiResponse } from "next";

export default async function handler(request: NextApiRequest, response: NextApiResponse): Promise<void> {
  await response.revalidate(String(request.query["path"]));
  response.json({ done: true });
}
