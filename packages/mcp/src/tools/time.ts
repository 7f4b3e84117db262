import { z } from 'zod';
import { At, Bounds, Commits, Diff, Stats } from '../answers.ts';
import { Refused, type Ask } from '../ask.ts';
import { Page } from '../page.ts';
import { common, limit, tool } from '../tool.ts';

const MAX_LISTED = 200;
const OFFSET = /^(\d+-\d+|#\d+)$/;
const COMMIT = /^[0-9a-f]{7,64}$/;

type Range = {
  readonly graph?: string | undefined;
  readonly from: string;
  readonly to?: string | undefined;
  readonly limit: number;
  readonly max_tokens: number;
};

async function changes(ask: Ask, { graph, from, to, limit: most, max_tokens }: Range): Promise<{ text: Page; to: string }> {
  const diff = await ask.get(Diff, '/api/graph/diff', { graph, from, to, limit: Math.min(most, MAX_LISTED) });
  const { added, updated, deleted, counts } = diff;
  const page = new Page(max_tokens);
  const [plus, tilde, minus] = (['added', 'updated', 'deleted'] as const).map((kind) => counts[kind]);
  page.line(
    `${from} → ${diff.to}: nodes +${String(plus!.nodes)} ~${String(tilde!.nodes)} -${String(minus!.nodes)}, relationships +${String(plus!.relationships)} ~${String(tilde!.relationships)} -${String(minus!.relationships)}`,
  );
  page.list(
    '',
    'added nodes',
    added.nodes.map(({ id }) => `+ ${id}`),
    plus!.nodes,
  );
  page.list(
    '',
    'deleted nodes',
    deleted.nodes.map(({ id }) => `- ${id}`),
    minus!.nodes,
  );
  page.list(
    '',
    'updated nodes',
    updated.nodes.map(({ id, after }) => `~ ${id}  ${Object.keys(after).join(', ')}`),
    tilde!.nodes,
  );
  page.list(
    '',
    'added relationships',
    added.relationships.map(({ id }) => `+ ${id}`),
    plus!.relationships,
  );
  page.list(
    '',
    'deleted relationships',
    deleted.relationships.map(({ id }) => `- ${id}`),
    minus!.relationships,
  );
  return { text: page, to: diff.to };
}

/** Tools about what changed, and when. */
export const TIME = [
  tool({
    name: 'diff',
    title: 'Compare two offsets',
    description: 'What was added, updated and deleted in the graph between two offsets.',
    input: {
      ...common,
      from: z.string().describe('an offset'),
      to: z.string().optional().describe('an offset; default: now'),
      limit: limit(100, MAX_LISTED),
    },
    run: async (ask, input) => (await changes(ask, input)).text.toString(),
  }),
  tool({
    name: 'changed_since',
    title: 'What changed since',
    description:
      'What changed since a cursor (an offset that an earlier answer ended with), an ISO 8601 time, or a git commit that was checked out meanwhile. The answer ends with the next cursor: keep it and ask again later. Without since: only the present cursor.',
    input: {
      ...common,
      since: z
        .string()
        .optional()
        .describe('an offset, a time such as 2026-01-31T12:00:00Z, or the hash of a commit (its first 7 digits or more)'),
      limit: limit(100, MAX_LISTED),
    },
    async run(ask, { since, graph, ...rest }) {
      const { head, floor } = await ask.get(Bounds, '/api/log', { graph });
      if (since === undefined) return `cursor: ${head}`;
      const start = await startOf(ask, since, floor, graph);
      if (start === undefined) return `Nothing was appended since ${since}.\ncursor: ${head}`;
      const { text, to } = await changes(ask, { graph, from: start, ...rest });
      return `${text.toString()}\ncursor: ${to}`;
    },
  }),
  tool({
    name: 'wait_until',
    title: 'Wait until fresh',
    description:
      'Waits until the graph has folded a given offset (default: all that the log holds now), so that the next answers include a file that was just saved.',
    input: { graph: common.graph, offset: z.string().optional() },
    async run(ask, { graph, offset }) {
      const wanted = offset ?? (await ask.get(Bounds, '/api/log', { graph })).head;
      const { as_of } = await ask.get(Stats, '/api/graph/stats', { graph, min_offset: wanted });
      return `The graph is at ${as_of}, which includes ${wanted}.`;
    },
  }),
];

/** The offset that an offset, a time or a commit means; undefined if the log has nothing after the time. */
async function startOf(ask: Ask, since: string, floor: string, graph: string | undefined): Promise<string | undefined> {
  if (OFFSET.test(since)) return since;
  if (COMMIT.test(since)) {
    const [known] = (await ask.get(Commits, '/api/graph/commits', { graph, commit: since, limit: 1 })).commits;
    if (known !== undefined) return known.offset;
    throw new Refused(`No analysis that the log holds was made at commit ${since}.`, { code: 'NOT_FOUND' });
  }
  const first = (await ask.get(At, '/api/log/offset', { graph, ts: since }).catch(noneAfter))?.offset;
  return first === undefined ? undefined : before(first, floor);
}

/** The log has no fact after the time. */
function noneAfter(error: unknown): undefined {
  if (error instanceof Refused && error.code === 'NOT_FOUND') return undefined;
  throw error;
}

/** The offset before one, in the same epoch; the log's floor if that is later. */
function before(offset: string, floor: string): string {
  const [epoch, seq] = offset.split('-');
  const previous = Number(seq) - 1;
  return previous <= Number(floor.split('-')[1]) ? floor : `${epoch!}-${String(previous)}`;
}
