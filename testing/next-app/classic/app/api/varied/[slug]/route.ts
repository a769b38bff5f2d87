// An answer per language that says itself how caches may keep it.

export function GET(request: Request): Response {
  const version = request.headers.get("x-language") ?? "none";
  return Response.json({ version }, { headers: { "cache-control": "s-maxage=60", vary: "x-language" } });
}
