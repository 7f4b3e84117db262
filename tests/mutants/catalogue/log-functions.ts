import type { Mutant } from '../mutant.ts';

const FUNCTIONS = 'packages/log/src/functions.lua';
const FACT_LOG = 'packages/log/src/fact-log.spec.ts';
const FAILOVER = 'packages/log/src/failover.spec.ts';
const CONFORMANCE = 'tests/model/conformance.spec.ts';
const SNAPSHOTS = 'packages/log/src/snapshots.spec.ts';

/** Faults of what writes and judges: the functions that run in Redis. */
export const LOG_FUNCTION_MUTANTS: readonly Mutant[] = [
  {
    name: 'nobody notices that the epochs are not listed',
    file: FUNCTIONS,
    find: "redis.call('ZCOUNT', keys[3], meta.epoch, meta.epoch) > 0",
    replace: 'true',
    noticedBy: [CONFORMANCE],
  },
  {
    name: 'where the list was lost, the epoch of the floor begins at the floor',
    file: FUNCTIONS,
    find: "list_epoch(keys, integer(epoch), '0-0', at, 'recovered')",
    replace: "list_epoch(keys, integer(epoch), meta.floor, at, 'recovered')",
    noticedBy: [FACT_LOG],
  },
  {
    name: 'where the list was lost, only the first epoch after the floor is listed',
    file: FUNCTIONS,
    find: "list_epoch(keys, integer(epoch), prev_of(first, first[1]), at, 'recovered')",
    replace: "list_epoch(keys, integer(epoch), prev_of(first, first[1]), at, 'recovered') return",
    noticedBy: [FACT_LOG],
  },
  {
    name: 'append in an epoch that is over',
    file: FUNCTIONS,
    find: 'continues and epoch_of(through) == tonumber(meta.epoch)',
    replace: 'continues',
    noticedBy: [FACT_LOG],
  },
  {
    name: 'append after another batch of the same offset',
    file: FUNCTIONS,
    find: 'meta.head == expected_head and meta.head_batch == expected_batch',
    replace: 'meta.head == expected_head',
    noticedBy: [FACT_LOG],
  },
  {
    name: 'lost dedupe of a retried append',
    file: FUNCTIONS,
    find: 'entry.batch == batch',
    replace: 'entry.batch == expected_batch',
    noticedBy: [FACT_LOG],
  },
  {
    name: 'append of a batch with a wrong count',
    file: FUNCTIONS,
    find: 'or tonumber(count) < 1 then',
    replace: 'and tonumber(count) < 1 then',
    noticedBy: [FACT_LOG],
  },
  {
    name: 'append time follows a clock that was set back',
    file: FUNCTIONS,
    find: 'math.max(now_ms(), tonumber(meta.at))',
    replace: 'now_ms()',
    noticedBy: [FACT_LOG],
  },
  {
    name: 'low lane of the running digest taken from the high one',
    file: FUNCTIONS,
    find: 'sum, 9, 16',
    replace: 'sum, 1, 8',
    noticedBy: [FACT_LOG],
  },
  {
    name: 'epoch number used twice within a second',
    file: FUNCTIONS,
    find: 'newest / EPOCH_UNIT) + 1',
    replace: 'newest / EPOCH_UNIT)',
    noticedBy: [FACT_LOG],
  },
  {
    name: 'the epochs of a removed log are forgotten',
    file: FUNCTIONS,
    find: 'math.max(newest_here(keys), tonumber(meta.removed))',
    replace: 'nil',
    noticedBy: ['packages/log/src/graphs.spec.ts'],
  },
  { name: 'epoch number forgotten with FLUSHALL', file: FUNCTIONS, find: 'opened_here[keys[1]] or 0', replace: '0', noticedBy: [FACT_LOG] },
  {
    name: 'lost entries do not open an epoch',
    file: FUNCTIONS,
    find: "redis.call('XLEN', keys[2]) == tonumber(meta.entries)",
    replace: 'true',
    noticedBy: [FACT_LOG],
  },
  {
    name: 'a promotion does not open an epoch',
    file: FUNCTIONS,
    find: 'meta.replid == server.replid',
    replace: 'meta.replid ~= nil',
    noticedBy: [FAILOVER],
  },
  {
    name: 'a cursor at the end of an epoch that is over refused',
    file: FUNCTIONS,
    find: 'seq > seq_of(ended)',
    replace: 'seq >= seq_of(ended)',
    noticedBy: [FACT_LOG],
  },
  {
    name: 'a cursor at the start of its own epoch holds',
    file: FUNCTIONS,
    find: 'seq <= seq_of(start)',
    replace: 'seq < seq_of(start)',
    noticedBy: [FACT_LOG],
  },
  {
    name: 'a cursor at the head refused',
    file: FUNCTIONS,
    find: 'seq > seq_of(meta.head)',
    replace: 'seq >= seq_of(meta.head)',
    noticedBy: [FACT_LOG],
  },
  {
    name: 'a cursor past the end of a lost timeline holds',
    file: FUNCTIONS,
    find: "return 'LOG_TRUNCATED', ended",
    replace: "return 'holds', ''",
    noticedBy: [FAILOVER],
  },
  {
    name: 'a cursor at the floor refused',
    file: FUNCTIONS,
    find: 'seq < seq_of(meta.floor)',
    replace: 'seq <= seq_of(meta.floor)',
    noticedBy: [FACT_LOG],
  },
  {
    name: 'an epoch newer than any taken for another log',
    file: FUNCTIONS,
    find: 'if epoch > newest then',
    replace: 'if false then',
    noticedBy: [FACT_LOG],
  },
  {
    name: 'trim past the bound of the snapshots',
    file: FUNCTIONS,
    find: 'seq_of(bound) < seq_of(through)',
    replace: 'seq_of(bound) > seq_of(through)',
    noticedBy: [SNAPSHOTS],
  },
  {
    name: 'trim bound by the newest snapshot',
    file: FUNCTIONS,
    find: 'if holding == 2 then',
    replace: 'if holding == 1 then',
    noticedBy: [SNAPSHOTS],
  },
  {
    name: 'trim takes the batch after the bound too',
    file: FUNCTIONS,
    find: 'seq_of(through) + 1)',
    replace: 'seq_of(through) + 2)',
    noticedBy: [FACT_LOG],
  },
  {
    name: 'snapshot of another timeline committed',
    file: FUNCTIONS,
    find: 'if recorded and recorded ~= digest then',
    replace: "if recorded and recorded == '' then",
    noticedBy: [SNAPSHOTS],
  },
];
