import { z } from 'zod';
import { Cycles, DeadCode, Impact, Paths, RulesReport } from '../answers.ts';
import { counted, edgeWords, nodeLine } from '../lines.ts';
import { Page } from '../page.ts';
import { resolve } from '../resolve.ts';
import { limit, reading, scopeOf, symbol, tool } from '../tool.ts';

/** Tools about how the code hangs together. */
export const STRUCTURE = [
  tool({
    name: 'impact',
    title: 'What a change affects',
    description:
      'What may break if these symbols or files change: everything that depends on them, nearest first, the files, routes and seams it reaches, and the tests to run. Or the same for everything that changed after an offset (from).',
    input: {
      ...reading,
      symbols: z.array(symbol).min(1).max(50).optional().describe('what changes: ids, names, or paths of files'),
      from: z.string().optional().describe('an offset: what changed after it is what changes'),
      to: z.string().optional().describe('an offset: the end of that range'),
      max_depth: z.int().min(1).max(50).default(10),
      limit: limit(50),
    },
    async run(ask, { symbols = [], from, to, max_depth, limit: most, max_tokens, ...rest }) {
      const scope = scopeOf(rest);
      if (symbols.length === 0 && from === undefined) return 'Give symbols, or from.';
      const resolved = await Promise.all(symbols.map((each) => resolve(ask, each, scope)));
      const nodes = resolved.length === 0 ? {} : { nodes: resolved.map(({ node }) => node.id) };
      const answer = await ask.post(Impact, '/api/graph/impact', scope, { ...nodes, from, to, max_depth, limit: most });
      const page = new Page(max_tokens);
      for (const { told } of resolved) if (told !== '') page.line(told);
      const [affected, files, routes] = [
        counted(answer.total, 'symbol'),
        counted(answer.file_count, 'file'),
        counted(answer.routes.length, 'route'),
      ];
      page.line(
        `A change of ${counted(answer.starts_total, 'symbol')} may affect ${affected} in ${files}, ${routes}, ${counted(answer.seams.length, 'seam')}, ${counted(answer.tests.length, 'test')}; at ${answer.as_of}${answer.truncated ? '; there is more: the search was cut' : ''}`,
      );
      if (from !== undefined)
        page.list('changed:', 'changed symbols', [
          ...answer.starts.map((node) => nodeLine(node)),
          ...answer.gone.map((id) => `${id}  deleted`),
        ]);
      page.list(
        'affected (distance):',
        'affected symbols',
        answer.affected.map(
          ({ node, distance, via }) =>
            `${String(distance)}  ${nodeLine(node)}${via === undefined ? '' : `  ${edgeWords(via)} ${distance === 1 ? '' : via.target_id}`.trimEnd()}`,
        ),
        answer.total,
      );
      page.list('tests to run:', 'tests', [...new Set(answer.tests.map(({ node }) => node.file_path))]);
      page.list(
        'routes:',
        'routes',
        answer.routes.map((node) => nodeLine(node)),
      );
      return page.toString();
    },
  }),
  tool({
    name: 'path',
    title: 'How one reaches the other',
    description: 'The shortest ways from one symbol to another over calls, uses, imports and seams.',
    input: { ...reading, from: symbol, to: symbol, k: z.int().min(1).max(10).default(1).describe('ways at most') },
    async run(ask, { from, to, k, max_tokens, ...rest }) {
      const scope = scopeOf(rest);
      const [a, b] = [await resolve(ask, from, scope), await resolve(ask, to, scope)];
      const { paths, as_of } = await ask.get(Paths, '/api/graph/path', { ...scope, from_node: a.node.id, to_node: b.node.id, k });
      const page = new Page(max_tokens);
      for (const { told } of [a, b]) if (told !== '') page.line(told);
      if (paths.length === 0) return page.line(`No way leads from ${a.node.id} to ${b.node.id} at ${as_of}.`).toString();
      page.line(`${counted(paths.length, 'way')} from ${a.node.id} to ${b.node.id} at ${as_of}`);
      paths.forEach(({ nodes, edges }, index) => {
        page.list(`${String(index + 1)}. ${counted(edges.length, 'step')}`, 'steps', [
          nodeLine(nodes[0]!),
          ...edges.map((edge, at) => `  ${edgeWords(edge)} → ${nodeLine(nodes[at + 1]!)}`),
        ]);
      });
      return page.toString();
    },
  }),
  tool({
    name: 'cycles',
    title: 'Circular imports',
    description: 'Files, folders or packages that import one another in a circle, with the imports to cut.',
    input: { ...reading, level: z.enum(['file', 'folder', 'package']).default('file'), limit: limit(10, 100) },
    async run(ask, { level, limit: most, max_tokens, ...rest }) {
      const { cycles, total, as_of } = await ask.get(Cycles, '/api/graph/cycles', { ...scopeOf(rest), level, limit: most });
      const page = new Page(max_tokens).line(`${counted(total, 'circle')} of ${level}s at ${as_of}`);
      const lines = cycles.map(({ members, member_count, cut }) => {
        const some = members.slice(0, 12).map(({ id }) => id);
        const rest_ = member_count > some.length ? `, and ${String(member_count - some.length)} more` : '';
        const cuts = cut
          .slice(0, 5)
          .map(({ source_id, target_id, count }) => `${source_id} → ${target_id}${count > 1 ? ` (${counted(count, 'import')})` : ''}`);
        return `${counted(member_count, level)}: ${some.join(', ')}${rest_}\n  cut: ${cuts.join(', ')}${cut.length > cuts.length ? `, and ${String(cut.length - cuts.length)} more` : ''}`;
      });
      return page.list('', 'circles', lines, total).toString();
    },
  }),
  tool({
    name: 'rules',
    title: 'Rules and violations',
    description:
      'The rules of this code base about what may depend on what, and the dependencies that violate them. Ask before you add an import across folders.',
    input: { ...reading, limit: limit(30) },
    async run(ask, { limit: most, max_tokens, ...rest }) {
      const { rules, violations, total, trouble, as_of } = await ask.get(RulesReport, '/api/graph/rules', {
        ...scopeOf(rest),
        limit: most,
      });
      if (trouble !== null) return `The rules can't be used: ${trouble}`;
      const page = new Page(max_tokens).line(`${counted(rules.length, 'rule')}, ${counted(total, 'violation')} at ${as_of}`);
      page.list(
        '',
        'rules',
        rules.map((rule) => JSON.stringify(rule)),
      );
      const lines = violations.map(
        ({ rule, source_id, target_id, relationship_type, message }) =>
          `${rule}: ${source_id} ${relationship_type} ${target_id}  ${message}`,
      );
      return page.list('', 'violations', lines, total).toString();
    },
  }),
  tool({
    name: 'dead_code',
    title: 'Code that nothing reaches',
    description:
      'Functions, methods and classes that nothing reaches from entry points, routes, exports and tests, surest first. Check reflection and frameworks before you delete.',
    input: {
      ...reading,
      path: z.string().max(256).optional().describe('only files that match: a glob, or a part of the path'),
      limit: limit(30),
    },
    async run(ask, { path, limit: most, max_tokens, ...rest }) {
      const { items, total, as_of } = await ask.get(DeadCode, '/api/graph/dead-code', { ...scopeOf(rest), path, limit: most });
      const lines = items.map(({ node, reason, confidence }) => `${confidence.toFixed(1)}  ${nodeLine(node)}  ${reason}`);
      return new Page(max_tokens)
        .line(`${counted(total, 'candidate')} at ${as_of} (confidence first)`)
        .list('', 'candidates', lines, total)
        .toString();
    },
  }),
];
