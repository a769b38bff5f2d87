// What happens inside Redis. Nothing comes between the lines of a script.

import { Script } from "../../redis/script.ts";

/** The keys of all of these, in their order. */
const keys = `local meta, lines, markers = KEYS[1], KEYS[2], {a = KEYS[3], b = KEYS[4]}`;

/**
 * The server's run: another one after every restart, so that a data set which comes back from a snapshot, or on a
 * replica that was promoted, is known by its owner. It is the same as long as nothing can have been lost.
 */
const run = `local function run() return string.match(redis.call('INFO', 'server'), 'run_id:(%x+)') end`;

/** Milliseconds of the server's clock, as text. */
const clock = `local function clock()
  local time = redis.call('TIME')
  return string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
end`;

/**
 * Adds a deadline to those of a tag, `seq:ms` each. As the table of a process has it (expiries.ts): the newest first,
 * without those that say nothing more.
 */
const deadlines = `local function deadlines(known, seq, at, now)
  local first = tonumber(string.match(known, ':(%d+)'))
  if first and at - first < (at - now) / 8 then at = math.min(first, at) end
  local kept = {string.format('%.0f:%.0f', seq, at)}
  for place, earlier in string.gmatch(known, '(%d+):(%d+)') do
    if tonumber(earlier) < at then kept[#kept + 1] = place .. ':' .. earlier end
    if tonumber(earlier) <= now then break end
  end
  return table.concat(kept, ' ')
end`;

/** Reports what the log is now: the server's run, all fields of the meta hash, and the time. */
export const look: Script = new Script(`#!lua flags=no-writes
${run}
${clock}
return {run(), redis.call('HGETALL', KEYS[1]), clock()}`);

/**
 * Begins a new epoch, unless somebody has since the caller looked. All that was cached carries an older epoch and is
 * void with it. The generation orders the stream: lines of the new epoch come after all before, also after a loss.
 *
 * ARGV: the epoch seen ('' for none), the new one, a generation, then names of clusters and their timelines.
 */
export const begin: Script = new Script(`#!lua flags=allow-oom
${keys}
${run}
if (redis.call('HGET', meta, 'epoch') or '') ~= ARGV[1] then return 0 end
local generation = tonumber(ARGV[3])
local last = redis.call('XREVRANGE', lines, '+', '-', 'COUNT', 1)[1]
if last then generation = math.max(generation, tonumber(string.match(last[1], '%d+')) + 1) end
generation = string.format('%.0f', generation)
redis.call('DEL', meta, markers.a, markers.b)
redis.call('HSET', meta, 'epoch', ARGV[2], 'owner', run(), 'generation', generation,
  'seq', 0, 'floor', 0, 'began', 0, 'current', 'a')
for at = 4, #ARGV, 2 do redis.call('HSET', meta, 'timeline:' .. ARGV[at], ARGV[at + 1]) end
redis.call('HSET', markers.a, '', 1)
redis.call('HSET', markers.b, '', 1)
redis.call('XADD', lines, generation .. '-0', 'e', ARGV[2])
redis.call('XTRIM', lines, 'MAXLEN', 1)
return 1`);

/**
 * Puts one line into the log. Refused under another epoch or owner, and for a commit on a later timeline than the
 * epoch knows of: what was lost with the older one is then still cached.
 *
 * Markers lie in two hashes. When one is full the other is dropped and takes its place; the floor rises to what was
 * in it, so that a marker which is missing means the floor.
 *
 * ARGV: epoch, kind, fence, commit, most lines, most markers, tags as JSON, 1 if somebody waits for all followers, and
 * of what may be refreshed for how many milliseconds it may be served, or ''.
 * Returns {1, seq}, or {0} for the epoch, or {-1} for the timeline.
 */
export const put: Script = new Script(`#!lua flags=allow-oom
${keys}
${run}
${clock}
${deadlines}
local epoch, kind, fence, commit = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local known = redis.call('HMGET', meta, 'epoch', 'owner', 'generation', 'seq', 'current')
if known[1] ~= epoch or known[2] ~= run() then return {0} end
for cluster, timeline in string.gmatch(fence, '([^~,]+)~(%d+)~') do
  local field = 'timeline:' .. cluster
  local newest = tonumber(redis.call('HGET', meta, field))
  if newest and tonumber(timeline) > newest then return {-1} end
  if not newest and timeline ~= '0' then redis.call('HSET', meta, field, timeline) end
end
local seq, tags = known[4] + 1, cjson.decode(ARGV[7])
local now, lasts = clock(), tonumber(ARGV[9])
local ends = lasts and tonumber(now) + lasts
redis.call('HSET', meta, 'seq', seq)
if ARGV[8] == '1' then redis.call('HSET', meta, 'awaited', seq) end
if kind == 'all' then
  redis.call('HSET', meta, 'floor', seq, 'began', seq)
  redis.call('DEL', markers.a, markers.b)
  redis.call('HSET', markers.a, '', 1)
  redis.call('HSET', markers.b, '', 1)
elseif #tags > 0 then
  local current, fields = markers[known[5]], {}
  for at, tag in ipairs(tags) do
    fields[2 * at - 1] = (kind == 'expire' and 'x' or 'i') .. tag
    fields[2 * at] = kind == 'expire' and seq .. ':' .. now or seq
  end
  redis.call('HSET', current, unpack(fields))
  for _, tag in ipairs(ends and tags or {}) do
    local known = redis.call('HGET', current, 'u' .. tag) or ''
    redis.call('HSET', current, 'u' .. tag, deadlines(known, seq, ends, tonumber(now)))
  end
  if redis.call('HLEN', current) > tonumber(ARGV[6]) then
    local other = known[5] == 'a' and 'b' or 'a'
    redis.call('UNLINK', markers[other])
    redis.call('HSET', markers[other], '', 1)
    local floor = math.max(tonumber(redis.call('HGET', meta, 'floor')), tonumber(redis.call('HGET', meta, 'began')))
    redis.call('HSET', meta, 'floor', floor, 'began', seq, 'current', other)
  end
end
local line = {'e', epoch, 'k', kind, 'f', fence, 'c', commit, 'w', now, 't', ARGV[7]}
if ends then
  line[#line + 1] = 'u'
  line[#line + 1] = string.format('%.0f', ends)
end
redis.call('XADD', lines, 'MAXLEN', '~', ARGV[5], known[3] .. '-' .. seq, unpack(line))
return {1, seq}`);

/**
 * Judges a value that is older than what a process has followed: by the markers, in which a missing one means the
 * floor. A hash that has lost its first field was evicted, and then nothing is known.
 *
 * ARGV: epoch, the value's seq, tags as JSON.
 * Returns {0} under another epoch or owner; else {1, the log's seq, 1 if it is valid, when it was expired or '', from
 * when on it may not be served at all or '', the time}.
 */
export const judge: Script = new Script(`#!lua flags=no-writes
${keys}
${run}
${clock}
local known = redis.call('HMGET', meta, 'epoch', 'owner', 'seq', 'floor')
if known[1] ~= ARGV[1] or known[2] ~= run() then return {0} end
local stamp, expired, ends, now = tonumber(ARGV[2]), '', math.huge, clock()
local valid = stamp >= tonumber(known[4])
for _, hash in pairs(markers) do
  if redis.call('HEXISTS', hash, '') == 0 then valid = false end
  for _, tag in ipairs(cjson.decode(ARGV[3])) do
    local found = redis.call('HMGET', hash, 'i' .. tag, 'x' .. tag, 'u' .. tag)
    if found[1] and tonumber(found[1]) > stamp then valid = false end
    if found[2] then
      local seq, at = string.match(found[2], '(%d+):(%d+)')
      if tonumber(seq) > stamp and (expired == '' or at < expired) then expired = at end
    end
    for seq, at in string.gmatch(found[3] or '', '(%d+):(%d+)') do
      if tonumber(seq) > stamp then ends = math.min(ends, tonumber(at)) end
    end
  end
end
local last = ends < math.huge and string.format('%.0f', ends) or ''
return {1, tonumber(known[3]), valid and 1 or 0, expired, last, now}`);

/** Notes how far the tailer has come. ARGV: epoch, cluster, position. Returns 0 under another epoch. */
export const noteTailed: Script = new Script(`#!lua flags=allow-oom
${run}
local known = redis.call('HMGET', KEYS[1], 'epoch', 'owner')
if known[1] ~= ARGV[1] or known[2] ~= run() then return 0 end
redis.call('HSET', KEYS[1], 'tailed:' .. ARGV[2], ARGV[3])
return 1`);

/** Notes the timeline that a cluster is on, if none is known yet. ARGV: epoch, cluster, timeline. */
export const noteTimeline: Script = new Script(`#!lua flags=allow-oom
if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[1] then return 0 end
return redis.call('HSETNX', KEYS[1], 'timeline:' .. ARGV[2], ARGV[3])`);
