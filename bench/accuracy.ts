/**
 * Compares the analyser's calls with an oracle's. node bench/accuracy.ts ORACLE CHECKOUT [--misses N] [--json]. ORACLE is JSON, gzipped or
 * not: {files[], calls[[caller_file, target_file, name], …]}, from a compiler. The score is the recall, and the precision among the calls
 * that the oracle resolved. If ORACLE has `executed`, its calls are those that a running program made (bench/oracles); then a call of a
 * method also counts as a call of its overrides.
 */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Linker, ParserPool, discoverFiles, type Extraction } from '@graphtail/analysis';
import type { GraphNode, Relationship } from '@graphtail/facts';

interface Oracle {
  files: string[];
  calls: [caller: string, target: string, name: string][];
  executed?: boolean;
}

const [oraclePath, checkout, ...flags] = process.argv.slice(2);
if (oraclePath === undefined || checkout === undefined) {
  console.error('usage: node bench/accuracy.ts ORACLE CHECKOUT [--misses N] [--json]');
  process.exitCode = 2;
} else await main(oraclePath, resolve(checkout));

async function main(path: string, root: string): Promise<void> {
  const bytes = readFileSync(path);
  const oracle = JSON.parse((bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString('utf8')) as Oracle;
  const found = await analyse(root);
  const files = new Set(oracle.files);
  const ours = triples(found, files);
  const theirs = new Set(oracle.calls.map((call) => call.join('\t')));
  const judged = new Set(oracle.calls.map(([caller, , name]) => `${caller}\t${name}`));
  const meant = oracle.executed === true ? withOverriding(ours, found) : new Map([...ours].map((triple) => [triple, [triple]]));
  const told = new Set([...meant.values()].flat());
  const missed = [...theirs].filter((triple) => !told.has(triple));
  const judgeable = [...ours].filter((triple) => judged.has(key(triple)));
  const wrong = judgeable.filter((triple) => !meant.get(triple)!.some((each) => theirs.has(each)));
  const score = {
    files: found.files,
    nodes: found.nodes.size,
    relationships: found.relationships.length,
    calls: ours.size,
    recall: 1 - missed.length / theirs.size,
    judged_precision: (judgeable.length - wrong.length) / judgeable.length,
    seconds: found.seconds,
    ...found.stats,
  };
  if (flags.includes('--json')) console.log(JSON.stringify(score));
  else
    for (const [name, value] of Object.entries(score))
      console.log(`${name.padEnd(20)} ${Number.isInteger(value) ? String(value) : value.toFixed(4)}`);
  const misses = flags.indexOf('--misses');
  if (misses === -1) return;
  const limit = Number(flags[misses + 1] ?? 50);
  for (const triple of missed.slice(0, limit)) console.log(`missed\t${triple}`);
  for (const triple of wrong.slice(0, limit)) console.log(`wrong\t${triple}`);
}

function key(triple: string): string {
  const [caller, , name] = triple.split('\t');
  return `${caller ?? ''}\t${name ?? ''}`;
}

interface Analysed {
  files: number;
  nodes: Map<string, GraphNode>;
  relationships: Relationship[];
  seconds: number;
  stats: Record<string, number>;
}

async function analyse(root: string): Promise<Analysed> {
  const started = performance.now();
  const pool = new ParserPool({ workers: availableParallelism() });
  const { files } = await discoverFiles(root);
  const discovered = performance.now();
  const linker = new Linker();
  await pool.extract(
    files.map(({ path, size }) => ({ root, path, size })),
    ({ path, extraction }) => {
      if (extraction !== undefined) linker.set(path, JSON.parse(extraction.json) as Extraction);
    },
  );
  const parsed = performance.now();
  const result = linker.link();
  const linked = performance.now();
  await pool.close();
  const nodes = new Map<string, GraphNode>();
  const relationships: Relationship[] = [];
  for (const file of result.files.values()) {
    for (const node of file?.nodes ?? []) nodes.set(node.id, node);
    relationships.push(...(file?.relationships ?? []));
  }
  return {
    files: files.length,
    nodes,
    relationships,
    seconds: (linked - started) / 1000,
    stats: {
      discover_ms: discovered - started,
      parse_ms: parsed - discovered,
      link_ms: linked - parsed,
      resolved_calls: result.stats.resolvedCalls,
      external_calls: result.stats.externalCalls,
      unresolved_calls: result.stats.unresolvedCalls,
    },
  };
}

function triples({ nodes, relationships }: Analysed, files: ReadonlySet<string>): Set<string> {
  const found = new Set<string>();
  for (const { source_id, target_id, relationship_type, resolution } of relationships) {
    if ((relationship_type !== 'calls' && relationship_type !== 'instantiates') || resolution === 'override') continue;
    const source = nodes.get(source_id);
    const target = nodes.get(target_id);
    if (source === undefined || target === undefined || !files.has(source.file_path) || !files.has(target.file_path)) continue;
    // A constructor is called by its class's name.
    const name = target.name === 'constructor' ? (target.qualified_name?.split('.').at(-2) ?? target.name) : target.name;
    found.add(`${source.file_path}\t${target.file_path}\t${name}`);
  }
  return found;
}

/** Each call with those of the methods, in any file, that override the one it names. */
function withOverriding(calls: ReadonlySet<string>, { nodes, relationships }: Analysed): Map<string, string[]> {
  const below = new Map<string, Set<string>>();
  for (const { source_id, target_id, relationship_type } of relationships) {
    const [method, overridden] = [nodes.get(source_id), nodes.get(target_id)];
    if (relationship_type !== 'overrides' || method === undefined || overridden === undefined) continue;
    const place = `${overridden.file_path}\t${overridden.name}`;
    below.set(place, (below.get(place) ?? new Set()).add(method.file_path));
  }
  const filesOf = (file: string, name: string, seen: Set<string>): Set<string> => {
    if (seen.has(file)) return seen;
    seen.add(file);
    for (const each of below.get(`${file}\t${name}`) ?? []) filesOf(each, name, seen);
    return seen;
  };
  return new Map(
    [...calls].map((triple) => {
      const [caller = '', target = '', name = ''] = triple.split('\t');
      return [triple, [...filesOf(target, name, new Set())].map((file) => `${caller}\t${file}\t${name}`)];
    }),
  );
}
