/**
 * Compares the seams of an exported graph with what its routes' own description and its clients' texts say.
 * node bench/seams.ts EXPORT ROUTES CHECKOUT --client FOLDER… [--misses N]
 *
 * EXPORT is what `graphtail analyze --once CHECKOUT --export EXPORT` writes. ROUTES is an OpenAPI document, or [[method, path], …] from the
 * server's own table; the method `*` stands for any. The clients' calls are found by their form alone, without reading the code: `.get(`,
 * `.$post(`, `fetch(` and the like, with a literal path right behind them that one route answers. Recall is the share of these calls with a
 * seam of more than 0.5 from the same file to that route; precision is the share of the seams above 0.5 from client files whose route is
 * described and which no call in their file contradicts.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import type { GraphNode, Relationship } from '@graphtail/facts';

interface Described {
  readonly method: string;
  readonly path: string;
  readonly parts: readonly string[];
}

interface Call {
  readonly file: string;
  readonly line: number;
  readonly text: string;
  /** Undefined if the call does not say it right there. */
  readonly method: string | undefined;
  readonly routes: readonly Described[];
}

const HOLE = '{}';
const SURE = 0.5;
/** A call that takes a path first, in source text: its verb, then the quoted path. */
const CALL =
  /\b(?:fetch|axios|request|\$fetch|ky|(?<=\.)(\$?(?:get|post|put|patch|delete)|request))(?:<[^()]*?>)?\(\s*(?:`([^`]*)`|'([^']*)'|"([^"]*)")(\s*\+)?/gi;
const SOURCE = /\.(?:[cm]?[jt]sx?|vue|svelte)$/;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { client: { type: 'string', multiple: true, default: [] }, misses: { type: 'string', default: '0' } },
});
const [exported, described, checkout] = positionals;
if (exported === undefined || described === undefined || checkout === undefined) {
  console.error('usage: node bench/seams.ts EXPORT ROUTES CHECKOUT --client FOLDER… [--misses N]');
  process.exitCode = 2;
} else main(exported, described, checkout);

function main(graph: string, table: string, root: string): void {
  const routes = readRoutes(JSON.parse(readFileSync(table, 'utf8')) as unknown);
  const calls = clientFiles(root).flatMap((file) => callsIn(root, file, routes));
  const seams = seamsOf(graph);
  const isClient = (file: string): boolean => values.client.some((folder) => file.startsWith(folder)) && !isTest(file);
  const ours = seams.filter(({ source, confidence }) => isClient(source) && confidence > SURE);
  const key = (file: string, method: string, path: string): string => `${file} ${method} ${path}`;
  const told = new Set(ours.flatMap(({ source, method, path }) => [key(source, method, path), key(source, '*', path)]));
  const found = ({ file, method, routes: meant }: Call): boolean =>
    meant.some((route) => told.has(key(file, method ?? route.method, route.path)) || told.has(key(file, 'ANY', route.path)));
  const missed = calls.filter((call) => !found(call));
  const paths = new Set(routes.map(({ path }) => path));
  const wrong = ours.filter(({ source, method, path }) => {
    const here = calls.filter(({ file }) => file === source);
    const isMeant = here.some((call) => call.routes.some((route) => route.path === path && [undefined, method].includes(call.method)));
    return !isMeant && !paths.has(path);
  });
  const score = {
    routes: routes.length,
    calls: calls.length,
    seams: ours.length,
    recall: calls.length === 0 ? 1 : 1 - missed.length / calls.length,
    precision: ours.length === 0 ? 1 : 1 - wrong.length / ours.length,
  };
  for (const [name, value] of Object.entries(score))
    console.log(`${name.padEnd(10)} ${Number.isInteger(value) ? String(value) : value.toFixed(3)}`);
  for (const { file, line, text } of missed.slice(0, Number(values.misses))) console.log(`missed\t${file}:${String(line)}\t${text}`);
  for (const { source, target } of wrong.slice(0, Number(values.misses))) console.log(`wrong\t${source}\t${target}`);
}

function readRoutes(table: unknown): Described[] {
  const pairs: [string, string][] = Array.isArray(table)
    ? (table as [string, string][])
    : Object.entries((table as { paths: Record<string, object> }).paths).flatMap(([path, verbs]) =>
        Object.keys(verbs).map((verb): [string, string] => [verb, path]),
      );
  return pairs.map(([method, path]) => ({ method: method.toUpperCase(), path: canonical(path), parts: partsOf(canonical(path)) }));
}

/** Parameters have no names, and nothing ends with a slash. */
function canonical(path: string): string {
  return path.replaceAll(/\{[^}]*\}|:\w+\??|<[^>]*>/g, HOLE).replace(/\/+$/, '') || '/';
}

function partsOf(path: string): string[] {
  return path.split('/').filter((part) => part !== '');
}

function clientFiles(root: string): string[] {
  return values.client
    .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && SOURCE.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((file) => !isTest(file) && !file.includes('node_modules'));
}

function isTest(file: string): boolean {
  return /(?:^|\/)(?:tests?|__tests__|cypress|e2e)\/|\.(?:test|spec|cy)\./.test(file);
}

function callsIn(root: string, file: string, routes: readonly Described[]): Call[] {
  const source = readFileSync(join(root, file), 'utf8');
  return [...source.matchAll(CALL)].flatMap((match): Call[] => {
    const verb = match[1]?.replace('$', '').toUpperCase();
    const method = verb === undefined || verb === 'REQUEST' ? undefined : verb;
    const given = match[2] ?? match[3] ?? match[4] ?? '';
    if (match[5] !== undefined) return []; // a sum: its text does not end here
    const meant = answering(given, method, routes);
    const line = source.slice(0, match.index).split('\n').length;
    return meant.length === 0 ? [] : [{ file, line, text: match[0].replaceAll(/\s+/g, ' '), method, routes: meant }];
  });
}

/** The routes that a text with `${…}` in it may mean: those with the most literal parts. What comes before the first slash is a base. */
function answering(given: string, method: string | undefined, routes: readonly Described[]): Described[] {
  const path = given.replaceAll(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, HOLE).replace(/[?#].*$/s, '');
  const isOpen = path.startsWith(HOLE);
  if (!path.includes('/') && !isOpen) return [];
  const rest = isOpen ? path.slice(HOLE.length) : path;
  if (/^https?:/.test(rest) || !/[a-z]/i.test(rest)) return [];
  // A hole right after a name is a query.
  const asked = partsOf(rest.replace(/([^/}])\{\}$/, '$1')).map((part) => (part.includes(HOLE) ? HOLE : part));
  let best: Described[] = [];
  let most = 0;
  for (const route of routes) {
    if (method !== undefined && route.method !== '*' && route.method !== method) continue;
    const missing = route.parts.length - asked.length;
    if (missing < 0 || (missing > 0 && !isOpen && path.startsWith('/'))) continue;
    const parts = route.parts.slice(missing);
    if (!parts.every((part, i) => part === HOLE || part === asked[i])) continue;
    const literal = parts.filter((part) => part !== HOLE).length - missing / 100;
    if (literal > most) [best, most] = [[route], literal];
    else if (literal === most && most > 0) best.push(route);
  }
  return best;
}

interface Seam {
  readonly source: string;
  readonly target: string;
  readonly method: string;
  readonly path: string;
  readonly confidence: number;
}

function seamsOf(graph: string): Seam[] {
  const nodes = new Map<string, GraphNode>();
  const seams: Relationship[] = [];
  for (const line of readFileSync(graph, 'utf8').split('\n')) {
    if (line === '') continue;
    const { node, relationship } = JSON.parse(line) as { node?: GraphNode; relationship?: Relationship };
    if (node !== undefined) nodes.set(node.id, node);
    else if (relationship?.relationship_type === 'seam') seams.push(relationship);
  }
  return seams.map(({ file_path, source_id, target_id, confidence = 0 }) => {
    const { http_method: method = '', route_path: path = '' } = nodes.get(target_id)!;
    return { source: file_path, target: `${source_id} → ${target_id}`, method, path: canonical(path), confidence };
  });
}
