import { CONFIG_FILE, RELATIONSHIP_TYPES, RuleSchema, Rules, namesField, rulesIn } from '@graphtail/facts';
import { NodeAnswer, RelationshipAnswer, offsetField, text, wholeNumber } from '@graphtail/runtime';
import { z } from 'zod';
import { LEVELS } from '../../queries/containers.ts';
import { cycles } from '../../queries/cycles.ts';
import { deadCode } from '../../queries/dead-code.ts';
import { impact } from '../../queries/impact.ts';
import { outline } from '../../queries/outline.ts';
import { paths } from '../../queries/paths.ts';
import { violations } from '../../queries/violations.ts';
import { weights } from '../../queries/weights.ts';
import { bodyPageFields, excludeField, filterFields, pageFields } from '../fields.ts';
import { count, nodes, page, relationships } from '../results.ts';
import { read } from '../route.ts';
import { textUnder } from '../source-file.ts';

const id = z.string().min(1).max(4096);
const level = z
  .enum(LEVELS)
  .describe('what is compared; a package is a subfolder of packages, apps, services, libs, crates and the like, else the first folder');
const types = namesField(
  RELATIONSHIP_TYPES,
  'relationship types to follow, joined by commas; default: all but contains and exports',
).optional();

const Affected = z
  .object({ node: NodeAnswer, distance: count.describe('steps from the nearest start'), via: RelationshipAnswer.optional() })
  .meta({ id: 'Affected', description: 'A node, and the relationship over which it was reached first' });
const AffectedFile = z.object({ file_path: z.string(), count, distance: count }).meta({ id: 'AffectedFile' });
const Path = z.object({ length: count, nodes, edges: relationships }).meta({ id: 'Path' });
const Edge = z.object({ source_id: z.string(), target_id: z.string(), count }).meta({ id: 'ContainerEdge' });
const Container = z.object({ id: z.string().describe('a path; `.` is the top folder'), name: z.string() }).meta({ id: 'Container' });
const Cycle = z
  .object({
    members: z.array(z.union([NodeAnswer, Container])),
    member_count: count,
    edges: z.array(Edge),
    edge_count: count,
    cut: z.array(Edge).describe('edges without which there is no cycle, with a low sum of counts'),
    truncated: z.boolean(),
  })
  .meta({ id: 'Cycle' });
const DeadItem = z.object({ node: NodeAnswer, reason: z.string(), confidence: z.number().min(0).max(1) }).meta({ id: 'DeadItem' });
const WeighedContainer = Container.extend({ files: count, nodes: count, lines: count }).meta({ id: 'WeighedContainer' });
const Cell = z.object({ from: z.string(), to: z.string(), count }).meta({ id: 'Cell' });
const NodeInOutline = NodeAnswer.extend({ depth: count.describe('0: declared at the top of the file') }).meta({ id: 'NodeInOutline' });

const RuleAnswer = z.intersection(RuleSchema, z.object({ violations: count })).meta({ id: 'Rule' });
const ViolationAnswer = z
  .object({
    ...{ rule: z.string(), source_id: z.string(), target_id: z.string() },
    ...{ relationship_type: z.enum(RELATIONSHIP_TYPES), message: z.string() },
  })
  .meta({ id: 'Violation', description: 'A relationship against a rule' });

/** Queries about how the code hangs together as a whole, and what a change of it means. */
export const STRUCTURE = [
  read({
    method: 'post',
    path: '/api/graph/impact',
    summary: 'What a change of some nodes, or the change between two offsets, may affect: by distance, by file, tests, routes, seams',
    body: {
      nodes: z.array(id).min(1).max(200).optional().describe('the nodes that change, files among them'),
      from: offsetField('with it, all that changed after this offset is a start').optional(),
      to: offsetField('the end of the change; default: the newest').optional(),
      direction: z.enum(['in', 'out']).default('in').describe('in: what depends on the nodes; out: what they depend on'),
      max_depth: z.int().min(0).max(50).default(10).describe('steps from a start, at most 50'),
      ...bodyPageFields(100, 1000),
    },
    result: {
      direction: z.enum(['in', 'out']),
      ...{ starts: nodes, starts_total: count, gone: z.array(z.string()).describe('ids of nodes that the change deleted') },
      affected: z.array(Affected).describe('without tests; nearest first'),
      ...{ by_file: z.array(AffectedFile), file_count: count },
      ...{ tests: z.array(Affected), routes: nodes, seams: relationships, truncated: z.boolean() },
      ...page,
    },
    problems: ['NOT_FOUND'],
    needs: () => ['adjacency'],
    range: ({ from, to }) => (from === undefined ? undefined : { from, to }),
    narrow: { field: 'max_depth', hint: 'go less deep, or name fewer nodes' },
    answer: ({ projection, body, changed, budget }) => impact(projection, body, changed, budget),
  }),
  read({
    method: 'get',
    path: '/api/graph/path',
    summary: 'The shortest paths from one node to another',
    query: {
      from_node: text(4096, 'the id of the first node').min(1),
      to_node: text(4096, 'the id of the last node').min(1),
      k: wholeNumber({ min: 1, max: 20 }, 'paths').default(1),
      relationship_types: types,
    },
    result: { from_node: z.string(), to_node: z.string(), paths: z.array(Path), total: count },
    problems: ['NOT_FOUND'],
    needs: () => ['adjacency'],
    narrow: { field: 'relationship_types', hint: 'name the relationship types to follow, or fewer paths' },
    answer: ({ projection, query, budget }) => paths(projection, query, budget),
  }),
  read({
    method: 'get',
    path: '/api/graph/cycles',
    summary: 'Files, folders or packages that import one another in a circle, with the edges that close it and a cheap cut',
    query: { level: level.default('file'), ...pageFields(50, 500) },
    result: { level: z.enum(LEVELS), cycles: z.array(Cycle), ...page },
    needs: () => ['adjacency', 'files'],
    isHeavy: () => true,
    narrow: { field: 'level', hint: 'compare folders or packages' },
    answer: ({ projection, query, budget }) => cycles(projection, query, budget),
  }),
  read({
    method: 'get',
    path: '/api/graph/dead-code',
    summary: 'Code that nothing reaches from entry points, routes, exported symbols and tests, surest first',
    query: { ...filterFields, exclude: excludeField(['test', 'generated', 'vendored']), ...pageFields(100, 1000) },
    result: { items: z.array(DeadItem), ...page },
    needs: ({ path }) => ['adjacency', 'categories', ...(path === undefined ? [] : (['files'] as const))],
    isHeavy: () => true,
    answer: ({ projection, query, budget }) => deadCode(projection, query, budget),
  }),
  read({
    method: 'get',
    path: '/api/graph/weights',
    summary: 'How strongly files, folders or packages depend on one another',
    query: {
      level: level.default('folder'),
      under: text(4096, 'only what is in this folder').optional(),
      relationship_types: namesField(
        RELATIONSHIP_TYPES,
        'relationship types to count, joined by commas; default: all by which code depends on code',
      ).optional(),
      limit: wholeNumber({ min: 1, max: 1000 }, 'containers, those with the most relationships').default(200),
    },
    result: {
      ...{ level: z.enum(LEVELS), under: z.string(), containers: z.array(WeighedContainer), cells: z.array(Cell) },
      ...{ total: count, limit: count, truncated: z.boolean() },
    },
    needs: () => ['adjacency', 'files'],
    isHeavy: () => true,
    narrow: { field: 'under', hint: 'weigh one folder' },
    answer: ({ projection, query, budget }) => weights(projection, query, budget),
  }),
  read({
    method: 'get',
    path: '/api/graph/rules',
    summary: `The rules in the root's ${CONFIG_FILE}, and the relationships that violate them`,
    query: { rule: text(100, 'only violations of the rule with this name').optional(), ...pageFields(100, 1000) },
    result: {
      rules: z.array(RuleAnswer),
      violations: z.array(ViolationAnswer),
      trouble: z.string().nullable().describe('why the rules can not be used'),
      ...page,
    },
    tag: 'content',
    needs: () => ['adjacency'],
    isHeavy: () => true,
    answer: async ({ root, projection, query, budget }) => {
      const text = await textUnder(root, CONFIG_FILE);
      const rules = text === undefined ? new Rules([]) : rulesIn(text);
      const trouble = typeof rules === 'string' ? rules : null;
      return { ...violations(projection, typeof rules === 'string' ? new Rules([]) : rules, query, budget), trouble };
    },
  }),
  read({
    method: 'get',
    path: '/api/graph/outline',
    summary: "A file's nodes by line",
    query: { path: text(4096, 'the path of a file').min(1), limit: wholeNumber({ min: 1, max: 5000 }, 'nodes').default(1000) },
    result: { path: z.string(), file: NodeAnswer, nodes: z.array(NodeInOutline), total: count, limit: count },
    problems: ['NOT_FOUND'],
    needs: () => ['files', 'adjacency'],
    answer: ({ projection, query, budget }) => outline(projection, query.path, query.limit, budget),
  }),
];
