// Answers with the bytes it was sent, and with the address it believes to have.

export async function POST(request: Request): Promise<Response> {
  return new Response(await request.arrayBuffer(), {
    headers: {
      "content-type": "application/octet-stream",
      "x-address": request.url,
      "x-host": request.headers.get("host") ?? "none",
    },
  });
}

export const PUT = POST;
