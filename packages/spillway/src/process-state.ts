// State that must be one per process, however many copies of this library are loaded.

/**
 * The value called `name`, created at its first use in this process.
 *
 * A bundler can load the library a second time beside the preload; both copies
 * meet at the global symbol. The version in it changes with the shape of a value,
 * so copies that would misread each other never share one.
 */
export function processState<T extends object>(name: string, create: () => T): T {
  const key = Symbol.for(`spillway.${name}.v1`);
  const shared = globalThis as unknown as Record<symbol, T | undefined>;
  return (shared[key] ??= create());
}
