// All values a byte can have.

import type { NextApiRequest, NextApiResponse } from "next";

export default function handler(_request: NextApiRequest, response: NextApiResponse): void {
  response.setHeader("content-type", "application/octet-stream");
  response.send(Buffer.from(Array.from({ length: 256 }, (_, value) => value)));
}
