// Binds a server that names no address to one that is given. Most tutorials write `listen(PORT)`, which Node
// takes for every address of the machine: right in a container, wrong beside a balancer on the same machine.

type Listen = (this: unknown, ...values: unknown[]) => unknown;

/** `SPILLWAY_LISTEN_HOST`; unset, nothing is changed. A host that the app names itself is never overruled. */
export function bindUnnamedHost(): void {
  const host = process.env["SPILLWAY_LISTEN_HOST"]?.trim() ?? "";
  if (host === "") return;
  const { prototype } = process.getBuiltinModule("node:net").Server as unknown as {
    prototype: { listen: Listen };
  };
  const { listen: original } = prototype;
  prototype.listen = function listen(...values) {
    return Reflect.apply(original, this, withHost(values, host));
  };
}

/** The arguments of `server.listen` (Node.js documentation, net), with the host where PORT has none. */
function withHost(values: unknown[], host: string): unknown[] {
  const [first, ...rest] = values;
  if (isPublicPort(first))
    return typeof rest[0] === "string" ? values : [first, host, ...rest.filter(isGiven)];
  if (typeof first !== "object" || first === null || !("port" in first)) return values;
  const options = first as { port: unknown; host?: unknown };
  const isUnnamed = isPublicPort(options.port) && !isGiven(options.host);
  return isUnnamed ? [{ ...options, host }, ...rest] : values;
}

function isPublicPort(value: unknown): boolean {
  return (typeof value === "number" || typeof value === "string") && String(value) === process.env["PORT"];
}

const isGiven = (value: unknown): boolean => value !== undefined && value !== null;
