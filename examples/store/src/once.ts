/**
 * One value per process, made at first use. A bundle may be loaded twice in one server
 * (pages and routes are separate graphs), and then a module variable would be two.
 */
export function once<T>(name: string, make: () => T): () => T {
  const key = Symbol.for(`store.${name}.v1`);
  const shared = globalThis as { [key: symbol]: T | undefined };
  return () => (shared[key] ??= make());
}
