// What happens inside Redis to a value and its lease: KEYS of all these, in this order. ARGV[1]: the caller's lease.

import { Script } from "../redis/script.ts";

/**
 * Gives the lease of a key to the caller, unless somebody holds it. ARGV: lease, the one it may take over ('' for
 * none), how long in milliseconds. Returns {holder or '', the value as it is now}.
 */
export const takeLease: Script = new Script(`local held = redis.call('GET', KEYS[2])
if held and held ~= ARGV[2] then return {held, redis.call('GET', KEYS[1])} end
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[3])
return {'', redis.call('GET', KEYS[1])}`);

/** Stores a value and gives the lease back, if it is still the caller's. ARGV: lease, value, milliseconds. */
export const fill: Script = new Script(`if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[2])
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1`);

/** Keeps the lease for longer; for 0 ms gives it back. ARGV: lease, milliseconds. */
export const keepLease: Script = new Script(`if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[2], ARGV[2])`);
