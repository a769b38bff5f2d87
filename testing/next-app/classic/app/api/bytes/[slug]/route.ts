// A cached answer that is not text.

export const dynamic = "force-static";
export const generateStaticParams = async () => [];

export function GET(): Response {
  return new Response(
    Uint8Array.from({ length: 256 }, (_, value) => value),
    {
      headers: { "content-type": "application/octet-stream" },
    },
  );
}
