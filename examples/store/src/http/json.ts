/** Answers of the API. Errors all have one shape: `{ error: { code, message, fields? } }`. */
import type { Errors } from "../forms/result.ts";

interface ApiError {
  status: number;
  code: string;
  message: string;
  fields?: Errors;
}

/** Answers differ by visitor or change with every sale: no shared cache may keep them. */
const headers = { "Cache-Control": "private, no-store" };

interface JsonInit {
  status?: number;
  headers?: Readonly<Record<string, string>>;
}

export function json(body: unknown, init: JsonInit = {}): Response {
  return Response.json(body, { ...init, headers: { ...headers, ...init.headers } });
}

export function jsonError({ status, ...error }: ApiError): Response {
  return json({ error }, { status });
}

type Handler<Context> = (request: Request, context: Context) => Promise<Response>;

/** A handler whose unexpected failures are JSON too: a 503, as what failed is behind this server. */
export function answering<Context>(handler: Handler<Context>): Handler<Context> {
  return async function answer(request, context) {
    try {
      return await handler(request, context);
    } catch (error) {
      console.error(`${request.method} ${new URL(request.url).pathname} failed:`, error);
      return jsonError({
        status: 503,
        code: "unavailable",
        message: "The store cannot answer just now. Try again in a moment.",
      });
    }
  };
}
