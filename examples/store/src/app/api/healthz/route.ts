export const dynamic = "force-dynamic";

/**
 * Says only that this process answers. It asks neither Postgres nor Redis nor storage: they
 * are shared, so when one of them blinks every server would fail its check at once, and the
 * balancer would take away the servers that could still show an error page.
 */
export function GET(): Response {
  return new Response("ok\n", {
    headers: { "Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store" },
  });
}
