import { expect, it } from "vitest";
import { failureOf } from "./failure.ts";

it.each([
  ["ECONNREFUSED", "connect ECONNREFUSED 127.0.0.1:1", "server"],
  ["ENOTFOUND", "getaddrinfo ENOTFOUND db", "server"],
  ["EPIPE", "write EPIPE", "server"],
  [undefined, "Connection terminated unexpectedly", "server"],
  [undefined, "Connection terminated due to connection timeout", "server"],
  [undefined, "Client has encountered a connection error and is not queryable", "server"],
  ["57P01", "terminating connection due to administrator command", "server"],
  ["57P03", "the database system is starting up", "server"],
  ["08006", "connection failure", "server"],
  ["53300", "sorry, too many clients already", "full"],
  ["28P01", "password authentication failed", "access"],
  ["3D000", 'database "x" does not exist', "access"],
  ["25006", "cannot execute INSERT in a read-only transaction", "read-only"],
  ["40001", "canceling statement due to conflict with recovery", "recovery"],
  ["40001", "could not serialize access due to concurrent update", "statement"],
  ["40P01", "deadlock detected", "statement"],
  ["57014", "canceling statement due to statement timeout", "statement"],
  ["42P01", 'relation "x" does not exist', "schema"],
  ["23505", "duplicate key value", "statement"],
  [undefined, "cannot read properties of undefined", "statement"],
])("%s, %s: %s", (code, message, failure) => {
  expect(failureOf(Object.assign(new Error(message), code === undefined ? {} : { code }))).toBe(failure);
});

it("knows a plan that no longer fits its tables from any other unsupported feature", () => {
  const error = { code: "0A000", message: "cached plan must not change result type" };
  expect(failureOf({ ...error, routine: "RevalidateCachedQuery" })).toBe("plan");
  expect(failureOf({ ...error, routine: "transformSelectStmt" })).toBe("statement");
});
