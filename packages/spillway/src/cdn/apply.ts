// Puts headers on whatever a framework calls a response.

/** The part of a `ServerResponse` that is used. */
interface ServerHeaders {
  getHeader(name: string): number | string | readonly string[] | undefined;
  setHeader(name: string, value: string): unknown;
  removeHeader(name: string): void;
}

export type HeaderTarget = ServerHeaders | Headers | Record<string, string>;

interface Access {
  get: (name: string) => string | undefined;
  set: (name: string, value: string) => void;
  remove: (name: string) => void;
}

/** `managed` are those, in lower case, that go where `headers` has no value for them. */
export function applyHeaders(
  target: HeaderTarget,
  headers: Readonly<Record<string, string>>,
  managed: ReadonlySet<string>,
): void {
  const access = accessTo(target);
  for (const name of managed) access.remove(name);
  for (const [name, value] of Object.entries(headers))
    access.set(name, name === "Vary" ? joined(access.get(name), value) : value);
}

function accessTo(target: HeaderTarget): Access {
  if (target instanceof Headers)
    return {
      get: (name) => target.get(name) ?? undefined,
      set: (name, value) => target.set(name, value),
      remove: (name) => target.delete(name),
    };
  return isServerHeaders(target) ? accessToServer(target) : accessToRecord(target);
}

function isServerHeaders(target: ServerHeaders | Record<string, string>): target is ServerHeaders {
  return typeof target["setHeader"] === "function";
}

function accessToServer(target: ServerHeaders): Access {
  return {
    get: (name) => {
      const value = target.getHeader(name);
      return value === undefined ? undefined : String(value);
    },
    set: (name, value) => void target.setHeader(name, value),
    remove: (name) => target.removeHeader(name),
  };
}

/** In a record one header can stand in several spellings. */
function accessToRecord(target: Record<string, string>): Access {
  const spellings = (name: string): string[] =>
    Object.keys(target).filter((key) => key.toLowerCase() === name.toLowerCase());
  const remove = (name: string): void => {
    for (const key of spellings(name)) delete target[key];
  };
  return {
    get: (name) =>
      spellings(name)
        .map((key) => target[key])
        .join(", ") || undefined,
    set: (name, value) => {
      remove(name);
      target[name] = value;
    },
    remove,
  };
}

/** Each name once. */
function joined(before: string | undefined, added: string): string {
  const names = new Map<string, string>();
  for (const name of `${before ?? ""},${added}`.split(",").map((part) => part.trim()))
    if (name !== "" && !names.has(name.toLowerCase())) names.set(name.toLowerCase(), name);
  return [...names.values()].join(", ");
}
