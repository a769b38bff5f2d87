// The process that tells the edges what has ended. The invalidation log says it, in Redis.

import { createServer } from "node:http";
import { startPurger } from "spillway/cdn";
import { registry } from "spillway/metrics";
import type { PurgedEdge } from "./component.ts";
import { countRequests } from "./requests.ts";

const { PORT = "", EDGES = "[]", PURGE_SECRET: secret = "" } = process.env;
const edges = JSON.parse(EDGES) as PurgedEdge[];

// REDIS_URL and SPILLWAY_SECRET are read by the library, as in the app.
const purger = startPurger({
  edges: edges.map(({ name, port }) => ({ name, url: `http://127.0.0.1:${port}`, secret })),
});

const server = createServer(async (request, response) => {
  if (request.url === "/metrics") {
    await countRequests(edges);
    response.setHeader("content-type", registry().contentType);
    response.end(await registry().metrics());
    return;
  }
  response.statusCode = request.url === "/ready" ? 200 : 404;
  response.end();
});
server.listen(Number(PORT), "127.0.0.1");

process.once("SIGTERM", () => {
  server.close();
  server.closeAllConnections();
  void purger.close();
});
