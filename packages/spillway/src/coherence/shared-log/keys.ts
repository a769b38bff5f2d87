// Where things lie in Redis. In a cluster the log and its markers share one slot; each value has its own, together
// with its lease (Redis Cluster specification, "Hash tags").

export interface LogKeys {
  /** Hash: epoch, owner, generation, seq, floor, and what belongs to them. */
  meta: string;
  /** Stream: one line for each invalidation. */
  lines: string;
  /** Hash: by follower how far it has come. */
  followers: string;
  /** String: up to where a CDN was told. */
  told: (cdn: string) => string;
  /** String: where the log was when a build began. */
  built: (deployment: string) => string;
  /** In the order that the scripts take them. */
  all: readonly [meta: string, lines: string, markers: string, otherMarkers: string];
}

export function logKeys(prefix: string): LogKeys {
  const [meta, lines] = [`${prefix}:{log}:meta`, `${prefix}:{log}:lines`];
  const followers = `${prefix}:{log}:followers`;
  const told = (cdn: string): string => `${prefix}:{log}:told:${cdn}`;
  return {
    meta,
    lines,
    followers,
    told,
    built: (deployment) => `${prefix}:{log}:built:${deployment}`,
    all: [meta, lines, `${prefix}:{log}:markers:a`, `${prefix}:{log}:markers:b`],
  };
}

export interface ValueKeys {
  value: string;
  lease: string;
}

/** A brace in a key would end its hash tag, and part a value from its lease. */
export function valueKeys(prefix: string, key: string): ValueKeys {
  const tag = signs.test(key) ? escaped(key) : key;
  const value = `${prefix}:{${tag}}`;
  return { value, lease: `${value}:lease` };
}

const signs = /[{}%]/;

function escaped(key: string): string {
  return key.replaceAll(new RegExp(signs, "g"), (sign) => `%${sign.charCodeAt(0).toString(16)}`);
}

/** The text of a reply. */
export function text(reply: unknown): string {
  return Buffer.isBuffer(reply) ? reply.toString() : String(reply);
}
