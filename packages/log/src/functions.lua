#!lua name=@LIBRARY@
--[[
The fact log's functions. A graph's log is three keys that share a hash tag:

  KEYS[1]  graphtail:{<graph>}:meta    hash: epoch, run_id, replid, head, head_batch, digest, bytes, at, floor, entries
  KEYS[2]  graphtail:{<graph>}:log     stream: one entry a batch; ID = the offset of its last fact; fields
                                       v, prev, count, at (ms), batch, digest (running), bytes (running), payload
  KEYS[3]  graphtail:{<graph>}:epochs  sorted set: score = epoch, member = "<epoch> <prev> <opened_at ms> <reason>"
  KEYS[4]  graphtail:{<graph>}:snapshots  sorted set: score = seq of as_of, member = as_of (trim and commit_snapshot only)

Every function takes KEYS[1..3] in this order (trim and commit_snapshot all four; commit_snapshot then KEYS[5], where the
snapshot's manifest goes, and the keys of its chunks, which expire by themselves until it is committed). Numbers of 16 digits are
printed with %.0f, never with `..`, which would round them.

  append           ARGV expected_head, expected_batch, batch, through, count, sum (16 hex), version, payload
                   -> {'appended', through, at, digest} | {'conflict', epoch, head, head_batch}
  check            -> {epoch, head, head_batch, floor, digest, at, entries, bytes}; opens an epoch where one is due
  peek             read-only: {'current' | 'step', epoch, head, head_batch, floor, digest, at, entries, bytes}
  judge            ARGV cursor; read-only: peek's reply, then verdict ('holds' or a code), diverged_at ('' if none)
  trim             ARGV through, spared (ms): drops the batches that end at or before it, but none after the second-newest
                   snapshot that holds, and nothing at all where the last of them is younger than that -> {floor, entries}
  commit_snapshot  ARGV as_of, digest (running), manifest -> {'committed', the manifest that it replaces or ''} | {'refused', code}

  remove           KEYS[4..] what else is to go; leaves only a tombstone: the field `removed` of KEYS[1], the newest epoch -> {}
  revive           takes a tombstone away and opens an epoch newer than it; does nothing to a log that has none -> {'revived' | 'there'}

Errors: NOTMASTER (this server is a replica), BADREQUEST, UNKNOWNGRAPH (the graph was removed; to all but remove and revive).
]]

local EPOCH_UNIT = 1048576 -- 2^20: an epoch is Unix seconds * 2^20 + 20 bits of a hash of the server's two ids

-- The newest epoch that this process opened, by meta key: FLUSHALL takes the keys, not this, so that no number is used twice.
local opened_here = {}

local function newest_here(keys)
  return opened_here[keys[1]] or 0
end

local function integer(number)
  return string.format('%.0f', number)
end

local function epoch_of(offset)
  return tonumber(string.match(offset, '^(%d+)%-'))
end

local function seq_of(offset)
  return tonumber(string.match(offset, '%-(%d+)$'))
end

local function to_table(flat)
  local result = {}
  for i = 1, #flat, 2 do result[flat[i]] = flat[i + 1] end
  return result
end

-- The offset before a stored batch; what the caller knows instead if the entry is damaged.
local function prev_of(entry, otherwise)
  local prev = to_table(entry[2]).prev
  return prev and string.match(prev, '^%d+%-%d+$') or otherwise
end

-- Who this server is. A restart changes run_id, a promotion master_replid.
local function identify()
  local info = redis.call('INFO', 'server', 'replication')
  return {
    role = string.match(info, '\nrole:(%a+)'),
    run_id = string.match(info, '\nrun_id:(%x+)'),
    replid = string.match(info, '\nmaster_replid:(%x+)'),
  }
end

local function now_ms()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end

local function read_meta(keys)
  return to_table(redis.call('HGETALL', keys[1]))
end

-- The epoch stays open while the server is the one that opened it, the stream is the one the metadata tells of, and it is listed.
local function is_current(keys, meta, server)
  return meta.run_id == server.run_id
    and meta.replid == server.replid
    and redis.call('XLEN', keys[2]) == tonumber(meta.entries)
    and redis.call('ZCOUNT', keys[3], meta.epoch, meta.epoch) > 0
end

local function describe(meta)
  return meta.epoch or '0', meta.head or '0-0', meta.head_batch or '', meta.floor or '0-0',
    meta.digest or '0000000000000000', meta.at or '0', meta.entries or '0', meta.bytes or '0'
end

local function step_reason(meta, server)
  if not meta.epoch then return 'created' end
  if meta.run_id ~= server.run_id then return 'restarted' end
  if meta.replid ~= server.replid then return 'failed_over' end
  return 'reconciled'
end

--[[
Drops batches past the end of their epoch, and epochs above the metadata's or that a later one went past the start of.
Where an append-only file was cut in the midst of a function's writes, Redis (7.0.15) leaves that transaction's first
commands in the file, does without them at this start, and carries them out at the next: by then others may be in their place.
]]
local function drop_revenants(keys, meta)
  if meta.epoch then redis.call('ZREMRANGEBYSCORE', keys[3], '(' .. meta.epoch, '+inf') end
  local listed = redis.call('ZREVRANGE', keys[3], 0, -1, 'WITHSCORES')
  local ended, later
  for i = 1, #listed, 2 do
    local epoch, prev = tonumber(listed[i + 1]), string.match(listed[i], '^%d+ (%S+)')
    if later and epoch_of(later) < epoch and seq_of(later) > seq_of(prev) then
      redis.call('ZREM', keys[3], listed[i])
    else
      if ended then
        for _, entry in ipairs(redis.call('XRANGE', keys[2], integer(epoch) .. '-' .. integer(ended + 1), integer(epoch))) do
          redis.call('XDEL', keys[2], entry[1])
        end
      end
      ended = ended and math.min(ended, seq_of(prev)) or seq_of(prev)
      later = prev
    end
  end
end

-- Metadata as the stream has it: one of the two may have been lost, or be older than the other.
local function reconcile(keys, meta)
  drop_revenants(keys, meta)
  local last = redis.call('XREVRANGE', keys[2], '+', '-', 'COUNT', 1)[1]
  meta.entries = integer(redis.call('XLEN', keys[2]))
  if not last then
    meta.head = meta.head or '0-0'
    meta.floor = meta.head
    return
  end
  local entry = to_table(last[2])
  local first = redis.call('XRANGE', keys[2], '-', '+', 'COUNT', 1)[1]
  meta.head, meta.head_batch = last[1], entry.batch
  meta.digest, meta.bytes, meta.at = entry.digest or meta.digest, entry.bytes or meta.bytes, entry.at or meta.at
  meta.floor = prev_of(first, meta.floor or '0-0')
end

local function save_meta(keys, meta)
  redis.call('HSET', keys[1], 'epoch', meta.epoch, 'run_id', meta.run_id, 'replid', meta.replid,
    'head', meta.head, 'head_batch', meta.head_batch or '', 'digest', meta.digest or '0000000000000000',
    'bytes', meta.bytes or '0', 'at', meta.at or '0', 'floor', meta.floor, 'entries', meta.entries)
end

local function list_epoch(keys, epoch, prev, at, reason)
  redis.call('ZADD', keys[3], epoch, epoch .. ' ' .. prev .. ' ' .. integer(at) .. ' ' .. reason)
end

-- The list was lost, the stream was not. The floor's epoch started nobody knows where: then from the origin, and what lies
-- below the floor is too old. Each later one started from where its first entry does.
local function list_epochs_of_stream(keys, meta, at)
  local epoch = epoch_of(meta.floor)
  if epoch > 0 then list_epoch(keys, integer(epoch), '0-0', at, 'recovered') end
  while true do
    local first = redis.call('XRANGE', keys[2], integer(epoch + 1) .. '-0', '+', 'COUNT', 1)[1]
    if not first then return end
    epoch = epoch_of(first[1])
    list_epoch(keys, integer(epoch), prev_of(first, first[1]), at, 'recovered')
  end
end

local function open_epoch(keys, meta, server)
  local reason = step_reason(meta, server)
  local listed = redis.call('ZREVRANGE', keys[3], 0, 0, 'WITHSCORES')
  reconcile(keys, meta)
  local at = now_ms()
  local newest = math.max(tonumber(meta.epoch or '0'), epoch_of(meta.head), newest_here(keys))
  if listed[2] then
    newest = math.max(newest, tonumber(listed[2]))
  elseif meta.head ~= '0-0' then
    list_epochs_of_stream(keys, meta, at)
  end
  local second = math.max(math.floor(at / 1000), math.floor(newest / EPOCH_UNIT) + 1)
  local ids = tonumber(string.sub(redis.sha1hex(server.run_id .. server.replid), 1, 5), 16)
  local epoch = second * EPOCH_UNIT + ids
  opened_here[keys[1]] = epoch
  meta.epoch, meta.run_id, meta.replid = integer(epoch), server.run_id, server.replid
  list_epoch(keys, meta.epoch, meta.head, at, reason)
  save_meta(keys, meta)
end

local function not_master(server)
  return redis.error_reply('NOTMASTER this server is a ' .. server.role)
end

-- A late append, or a look by somebody who has not heard of it yet, must not bring a removed log back.
local function removed()
  return redis.error_reply('UNKNOWNGRAPH this graph was removed')
end

-- Metadata under an open epoch, which is opened here where it has to be. Writing functions only.
local function current_meta(keys)
  local server = identify()
  if server.role ~= 'master' then return nil, not_master(server) end
  local meta = read_meta(keys)
  if meta.removed then return nil, removed() end
  if not is_current(keys, meta, server) then open_epoch(keys, meta, server) end
  return meta
end

local function add_lane(a, b, from, to)
  local sum = tonumber(string.sub(a, from, to), 16) + tonumber(string.sub(b, from, to), 16)
  return string.format('%08x', sum % 4294967296)
end

local function append(keys, args)
  local expected_head, expected_batch, batch, through, count, sum, version, payload = unpack(args)
  if not payload then return redis.error_reply('BADREQUEST append takes 8 arguments') end
  local meta, refusal = current_meta(keys)
  if not meta then return refusal end

  local continues = meta.head == expected_head and meta.head_batch == expected_batch
  if continues and epoch_of(through) == tonumber(meta.epoch) then
    if seq_of(through) ~= seq_of(meta.head) + tonumber(count) or tonumber(count) < 1 then
      return redis.error_reply('BADREQUEST a batch of ' .. count .. ' facts after ' .. meta.head .. ' does not end at ' .. through)
    end
    local at = integer(math.max(now_ms(), tonumber(meta.at)))
    local digest = add_lane(meta.digest, sum, 1, 8) .. add_lane(meta.digest, sum, 9, 16)
    local bytes = integer(tonumber(meta.bytes) + #payload)
    redis.call('XADD', keys[2], through, 'v', version, 'prev', meta.head, 'count', count, 'at', at,
      'batch', batch, 'digest', digest, 'bytes', bytes, 'payload', payload)
    redis.call('HSET', keys[1], 'head', through, 'head_batch', batch, 'digest', digest, 'bytes', bytes, 'at', at,
      'entries', integer(tonumber(meta.entries) + 1))
    return { 'appended', through, at, digest }
  end

  -- A retry after a lost reply: the log itself is the dedupe table.
  local next_entry = redis.call('XRANGE', keys[2], '(' .. expected_head, '+', 'COUNT', 1)[1]
  if next_entry then
    local entry = to_table(next_entry[2])
    if entry.prev == expected_head and entry.batch == batch then
      return { 'appended', next_entry[1], entry.at, entry.digest }
    end
  end
  return { 'conflict', meta.epoch, meta.head, meta.head_batch or '' }
end

local function check(keys)
  local meta, refusal = current_meta(keys)
  if not meta then return refusal end
  return { describe(meta) }
end

local function peek_meta(keys)
  local server = identify()
  if server.role ~= 'master' then return nil, not_master(server) end
  local meta = read_meta(keys)
  if meta.removed then return nil, removed() end
  return meta, is_current(keys, meta, server) and 'current' or 'step'
end

local function peek(keys)
  local meta, state = peek_meta(keys)
  if not meta then return state end
  return { state, describe(meta) }
end

-- Where an epoch that is over ends: a later one may have started from before the next one's start, where keys were deleted.
local function end_of(keys, epoch)
  local ended
  for _, listed in ipairs(redis.call('ZRANGEBYSCORE', keys[3], '(' .. integer(epoch), '+inf')) do
    local start = string.match(listed, '^%d+ (%S+)')
    if not ended or seq_of(start) < seq_of(ended) then ended = start end
  end
  return ended
end

-- One verdict for every cursor: docs/PROTOCOL.md, C3.
local function verdict(keys, meta, cursor)
  local epoch, seq = epoch_of(cursor), seq_of(cursor)
  local newest = tonumber(meta.epoch)
  if epoch > newest then return 'CURSOR_IN_FUTURE', '' end
  if cursor ~= '0-0' then
    local listed = redis.call('ZRANGEBYSCORE', keys[3], integer(epoch), integer(epoch))[1]
    if not listed then return 'STREAM_REPLACED', '' end
    local start = string.match(listed, '^%d+ (%S+)')
    if seq <= seq_of(start) then return 'STREAM_REPLACED', '' end
    if epoch == newest then
      if seq > seq_of(meta.head) then return 'CURSOR_IN_FUTURE', '' end
    else
      local ended = end_of(keys, epoch)
      if seq > seq_of(ended) then return 'LOG_TRUNCATED', ended end
    end
  end
  if seq < seq_of(meta.floor) then return 'CURSOR_TOO_OLD', '' end
  return 'holds', ''
end

local function judge(keys, args)
  local meta, state = peek_meta(keys)
  if not meta then return state end
  local epoch, head, head_batch, floor, digest, at, entries, bytes = describe(meta)
  local answer, diverged_at = '', ''
  if state == 'current' then answer, diverged_at = verdict(keys, meta, args[1]) end
  return { state, epoch, head, head_batch, floor, digest, at, entries, bytes, answer, diverged_at }
end

-- The newest offset that retention may pass: the second-newest of the snapshots that are places in the log. Where there
-- are fewer nothing may go: were the only one damaged, nobody could tell the state any more.
local function trim_bound(keys, meta)
  local holding = 0
  for _, as_of in ipairs(redis.call('ZREVRANGE', keys[4], 0, -1)) do
    if verdict(keys, meta, as_of) == 'holds' then holding = holding + 1 end
    if holding == 2 then return as_of end
  end
end

local function trim(keys, args)
  local meta, refusal = current_meta(keys)
  if not meta then return refusal end
  local answer = verdict(keys, meta, args[1])
  if answer ~= 'holds' then return redis.error_reply('BADREQUEST can not trim through ' .. args[1] .. ': ' .. answer) end
  local through = args[1]
  local bound = trim_bound(keys, meta)
  if not bound then return { meta.floor, meta.entries } end
  if seq_of(bound) < seq_of(through) then through = bound end
  -- A lost reply is asked for again, and answered by the entry. With a clock that was set back nothing is old enough: safe.
  local last = redis.call('XREVRANGE', keys[2], through, '-', 'COUNT', 1)[1]
  if not last or now_ms() - (tonumber(to_table(last[2]).at) or 0) < tonumber(args[2]) then return { meta.floor, meta.entries } end
  redis.call('XTRIM', keys[2], 'MINID', '=', integer(epoch_of(through)) .. '-' .. integer(seq_of(through) + 1))
  local first = redis.call('XRANGE', keys[2], '-', '+', 'COUNT', 1)[1]
  meta.floor = first and prev_of(first, last[1]) or meta.head
  meta.entries = integer(redis.call('XLEN', keys[2]))
  redis.call('HSET', keys[1], 'floor', meta.floor, 'entries', meta.entries)
  return { meta.floor, meta.entries }
end

local function commit_snapshot(keys, args)
  local as_of, digest = args[1], args[2]
  local meta, refusal = current_meta(keys)
  if not meta then return refusal end
  local answer = verdict(keys, meta, as_of)
  if answer ~= 'holds' then return { 'refused', answer } end
  local recorded
  if as_of == meta.head then
    recorded = meta.digest
  else
    local entry = redis.call('XRANGE', keys[2], as_of, as_of, 'COUNT', 1)[1]
    if entry then recorded = to_table(entry[2]).digest end
  end
  if recorded and recorded ~= digest then return { 'refused', 'LOG_TRUNCATED' } end
  for i = 6, #keys do
    if redis.call('EXISTS', keys[i]) == 0 then return { 'refused', 'EXPIRED' } end
  end
  for i = 6, #keys do redis.call('PERSIST', keys[i]) end
  local before = redis.call('GET', keys[5]) or ''
  redis.call('SET', keys[5], args[3])
  redis.call('ZADD', keys[4], integer(seq_of(as_of)), as_of)
  return { 'committed', before }
end

-- Cursors of the log that is gone must never be taken for places in a later one of that name: the newest epoch outlives it.
local function remove(keys)
  local server = identify()
  if server.role ~= 'master' then return not_master(server) end
  local meta = read_meta(keys)
  local listed = redis.call('ZREVRANGE', keys[3], 0, 0, 'WITHSCORES')
  local newest = math.max(tonumber(meta.epoch or '0'), tonumber(meta.removed or '0'), tonumber(listed[2] or '0'), newest_here(keys))
  redis.call('UNLINK', unpack(keys))
  redis.call('HSET', keys[1], 'removed', integer(newest))
  return {}
end

local function revive(keys)
  local server = identify()
  if server.role ~= 'master' then return not_master(server) end
  local meta = read_meta(keys)
  if not meta.removed then return { 'there' } end
  opened_here[keys[1]] = math.max(newest_here(keys), tonumber(meta.removed))
  redis.call('DEL', keys[1])
  open_epoch(keys, {}, server)
  return { 'revived' }
end

redis.register_function { function_name = '@LIBRARY@_append', callback = append }
redis.register_function { function_name = '@LIBRARY@_check', callback = check, flags = { 'allow-oom' } }
redis.register_function { function_name = '@LIBRARY@_peek', callback = peek, flags = { 'no-writes' } }
redis.register_function { function_name = '@LIBRARY@_judge', callback = judge, flags = { 'no-writes' } }
redis.register_function { function_name = '@LIBRARY@_trim', callback = trim, flags = { 'allow-oom' } }
redis.register_function { function_name = '@LIBRARY@_commit_snapshot', callback = commit_snapshot }
redis.register_function { function_name = '@LIBRARY@_remove', callback = remove, flags = { 'allow-oom' } }
redis.register_function { function_name = '@LIBRARY@_revive', callback = revive }
