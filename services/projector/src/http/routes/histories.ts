import { OffsetSchema, seqOf, type Offset } from '@graphtail/facts';
import { FactAnswer, NodeAnswer, offsetField, text, wholeNumber } from '@graphtail/runtime';
import { z } from 'zod';
import { historyOf } from '../../history/entity-history.ts';
import { intervals } from '../../history/timeline.ts';
import { BurstCollector } from '../../history/bursts.ts';
import { CommitCollector } from '../../history/commits.ts';
import { Churn } from '../../history/churn.ts';
import { readBack } from '../../history/read-back.ts';
import { reachOf } from '../../queries/reach.ts';
import { diff } from '../../queries/diff.ts';
import { NotFound } from '../../queries/not-found.ts';
import { count, digest, nodes, relationships } from '../results.ts';
import { readLog } from '../route.ts';

const UNIT_SECONDS = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;
const limitField = (fallback: number, max: number) => wholeNumber({ min: 1, max }, 'items in one answer').default(fallback);

const interval = z
  .string()
  .regex(/^[1-9]\d{0,5}[smhd]$/, 'must be a number of seconds, minutes, hours or days, as 30s, 5m, 1h, 1d')
  .default('1h');

const rangeFields = {
  from: offsetField('the offset before the first fact; default: as far back as the log reaches').optional(),
  to: offsetField('the last fact; default: the newest').optional(),
};

const bytesOf = (chunks: readonly { readonly bytes: number }[]): number => chunks.reduce((sum, { bytes }) => sum + bytes, 0);

const Entities = z.object({ nodes, relationships }).meta({ id: 'Entities' });
const Change = z
  .object({ id: z.string(), before: z.record(z.string(), z.unknown()), after: z.record(z.string(), z.unknown()) })
  .meta({ id: 'Change', description: 'The attributes that differ, as they were and as they are; null: there was or is none' });
const Updates = z.object({ nodes: z.array(Change), relationships: z.array(Change) }).meta({ id: 'Changes' });
const Counts = z.object({ nodes: count, relationships: count }).meta({ id: 'Counts' });
const SnapshotAnswer = z
  .object({
    ...{ save: z.string(), as_of: OffsetSchema, running_digest: digest, state_digest: digest },
    ...{ node_count: count, relationship_count: count, created_at: z.string(), bytes: count },
  })
  .meta({ id: 'Snapshot' });
const BurstAnswer = z
  .object({
    ...{ from: OffsetSchema, to: OffsetSchema, at: z.string(), analysis_id: z.string().nullable(), facts: count },
    ...{ files: z.array(z.string()), file_count: count, counts: z.record(z.string(), count) },
    reach: count.nullable().describe('nodes that the change may affect, beside those that it changed; null: too many facts to say'),
  })
  .meta({ id: 'Burst', description: 'The facts of one save, or of one announced analysis' });
const CommitAnswer = z
  .object({
    ...{ commit: z.string(), branch: z.string().nullable() },
    dirty: z.boolean().nullable().describe('whether tracked files differed from the commit; null: not known'),
    offset: OffsetSchema.describe('where the graph was first in step with the commit: what changed since is what came after it'),
    at: z.string(),
  })
  .meta({ id: 'Commit' });
const churned = { facts: count, last_changed_at: z.string() };
const HotFile = z.object({ file_path: z.string(), ...churned }).meta({ id: 'HotFile' });
const HotNode = z.object({ id: z.string(), node: NodeAnswer.nullable().describe('null: it is gone'), ...churned }).meta({ id: 'HotNode' });
const IntervalAnswer = z
  .object({
    start: z.string(),
    facts: count,
    by_type: z.record(z.string(), count),
    churn: count.describe('nodes and relationships that were added, updated or deleted'),
  })
  .meta({ id: 'Interval' });

/** Queries about the graph's history. */
export const HISTORIES = [
  readLog({
    path: '/api/graph/diff',
    summary: 'What was added, updated and deleted between two offsets',
    query: {
      from: offsetField('the state to begin with'),
      to: offsetField('the state to end with; default: the newest').optional(),
      limit: limitField(1000, 10_000),
    },
    result: {
      ...{ from: OffsetSchema, to: OffsetSchema },
      ...{ added: Entities, updated: Updates, deleted: Entities },
      counts: z.object({ added: Counts, updated: Counts, deleted: Counts }),
      truncated: z.boolean(),
      limit: count,
    },
    cursors: ['from', 'to'],
    narrow: { field: 'from', hint: 'compare offsets that are nearer to one another' },
    answer: async ({ states, at, query, budget, signal }) => {
      const { from, to = at } = query;
      return { asOf: to, body: { from, to, ...diff(await states.changes(from, to, signal), query, budget) } };
    },
  }),
  readLog({
    path: '/api/graph/history/{id}',
    summary: "An entity's facts, newest first; continue with at=<next>",
    query: { limit: limitField(100, 1000) },
    result: {
      id: z.string(),
      facts: z.array(FactAnswer),
      next: OffsetSchema.nullable().describe('where the next (older) page ends; null at the last page'),
      limit: count,
    },
    problems: ['NOT_FOUND'],
    answer: async ({ states, at, query, id, signal }) => {
      const { facts, next } = await historyOf(states.log, id, at, query.limit, signal);
      if (facts.length === 0 && next === null) throw new NotFound(`The log has no fact about ${JSON.stringify(id)} up to ${at}.`);
      return { asOf: at, body: { id, facts, next, limit: query.limit } };
    },
  }),
  readLog({
    path: '/api/graph/snapshots',
    summary: 'The kept snapshots, newest first, each with the digests of its state and of the log up to it',
    result: { snapshots: z.array(SnapshotAnswer) },
    tag: 'content',
    answer: async ({ snapshots, at }) => {
      const kept = (await snapshots.manifests()).filter(({ as_of }) => seqOf(as_of as Offset) <= seqOf(at));
      return { asOf: at, body: { snapshots: kept.map(({ version: _version, chunks, ...rest }) => ({ ...rest, bytes: bytesOf(chunks) })) } };
    },
  }),
  readLog({
    path: '/api/graph/bursts',
    summary: 'The facts of each save as one, newest first, with their reach',
    query: { ...rangeFields, limit: limitField(20, 200) },
    result: { from: OffsetSchema.nullable(), to: OffsetSchema, bursts: z.array(BurstAnswer), limit: count },
    cursors: ['from', 'to'],
    narrow: { field: 'limit', hint: 'ask for fewer bursts' },
    answer: async ({ states, at, query, budget, signal }) => {
      const { from, to = at, limit } = query;
      const collector = new BurstCollector(limit);
      for await (const batch of readBack(states.log, from, to, signal)) if (!collector.take(batch)) break;
      const bursts: object[] = [];
      for (const burst of collector.bursts) bursts.push({ ...burst, reach: await reachOf(states, burst, budget, signal) });
      return { asOf: to, body: { from: from ?? null, to, bursts, limit } };
    },
  }),
  readLog({
    path: '/api/graph/hot',
    summary: 'The files and nodes that changed most often; code that only moved is not counted',
    query: { ...rangeFields, limit: limitField(20, 500) },
    result: {
      ...{ from: OffsetSchema.nullable(), to: OffsetSchema, files: z.array(HotFile), nodes: z.array(HotNode) },
      ...{ limit: count, truncated: z.boolean().describe('older facts of the range were not counted') },
    },
    cursors: ['from', 'to'],
    narrow: { field: 'from', hint: 'count a shorter range' },
    answer: async ({ states, at, query, signal }) => {
      const { from, to = at, limit } = query;
      const churn = new Churn();
      for await (const batch of readBack(states.log, from, to, signal)) {
        if (churn.isFull) break;
        churn.add(batch);
      }
      const state = await states.at(to, signal);
      const files = churn.files(limit).map(({ id, ...rest }) => ({ file_path: id, ...rest }));
      const nodes = churn.nodes(limit).map((each) => ({ ...each, node: state.node(each.id) ?? null }));
      return { asOf: to, body: { from: from ?? null, to, files, nodes, limit, truncated: churn.isFull } };
    },
  }),
  readLog({
    path: '/api/graph/commits',
    summary: 'The commits that were checked out, newest first, each with its place in the log',
    query: {
      commit: text(64, 'only commits whose hash begins with this')
        .regex(/^[0-9a-f]*$/, 'must be hexadecimal digits')
        .default(''),
      limit: limitField(20, 500),
    },
    result: { commits: z.array(CommitAnswer), limit: count, truncated: z.boolean().describe('there may be older ones') },
    answer: async ({ states, at, query: { commit, limit }, signal }) => {
      const collector = new CommitCollector(commit, limit);
      let truncated = false;
      for await (const batch of readBack(states.log, undefined, at, signal)) {
        truncated = !collector.take(batch);
        if (truncated) break;
      }
      return { asOf: at, body: { commits: collector.commits, limit, truncated } };
    },
  }),
  readLog({
    path: '/api/graph/timeline',
    summary: 'Facts by kind, and churn, per interval',
    query: { interval: interval.describe('length of an interval: 30s, 5m, 1h, 1d'), limit: limitField(200, 2000) },
    result: { interval_seconds: count, intervals: z.array(IntervalAnswer), limit: count },
    answer: async ({ timeline, at, query, signal }) => {
      const seconds = Number(query.interval.slice(0, -1)) * UNIT_SECONDS[query.interval.slice(-1) as keyof typeof UNIT_SECONDS];
      const counted = await timeline.upTo(at, signal);
      return { asOf: at, body: { interval_seconds: seconds, intervals: intervals(counted, seconds, query.limit), limit: query.limit } };
    },
  }),
];
