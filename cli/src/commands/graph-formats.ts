import { z } from 'zod';

/** The forms in which a graph is written. */
export const FORMATS = ['ndjson', 'graphml', 'dot', 'mermaid'] as const;
export type Format = (typeof FORMATS)[number];

/** Mermaid draws every relationship: more than this nobody can read. */
const MERMAID_EDGES = 500;

const Line = z.union([
  z.object({ node: z.object({ id: z.string(), name: z.string(), node_type: z.string(), file_path: z.string(), start_line: z.number() }) }),
  z.object({
    relationship: z.object({
      source_id: z.string(),
      target_id: z.string(),
      relationship_type: z.string(),
      confidence: z.number().optional(),
    }),
  }),
]);
type Line = z.infer<typeof Line>;

/** Writes a graph in a format, from its NDJSON lines. Each part is written as it comes: nodes come before relationships. */
export function inFormat(format: Exclude<Format, 'ndjson'>, lines: AsyncIterable<string>): AsyncIterable<string> {
  return WRITERS[format](entities(lines));
}

async function* entities(lines: AsyncIterable<string>): AsyncIterable<Line> {
  for await (const line of lines) {
    const { data } = Line.safeParse(JSON.parse(line));
    if (data !== undefined) yield data; // else the first line: figures
  }
}

const WRITERS = { graphml, dot, mermaid } as const;

/** GraphML (graphml.graphdrawing.org), as Gephi, yEd and networkx read it. */
async function* graphml(lines: AsyncIterable<Line>): AsyncIterable<string> {
  yield '<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n';
  for (const [name, of, type] of [
    ['name', 'node', 'string'],
    ['node_type', 'node', 'string'],
    ['file_path', 'node', 'string'],
    ['start_line', 'node', 'int'],
    ['relationship_type', 'edge', 'string'],
    ['confidence', 'edge', 'double'],
  ])
    yield `  <key id="${name!}" for="${of!}" attr.name="${name!}" attr.type="${type!}"/>\n`;
  yield '  <graph edgedefault="directed">\n';
  for await (const line of lines) {
    if ('node' in line) {
      const { id, ...attributes } = line.node;
      yield `    <node id="${xml(id)}">${data(attributes)}</node>\n`;
    } else {
      const { source_id, target_id, ...attributes } = line.relationship;
      yield `    <edge source="${xml(source_id)}" target="${xml(target_id)}">${data(attributes)}</edge>\n`;
    }
  }
  yield '  </graph>\n</graphml>\n';
}

function data(attributes: Readonly<Record<string, string | number | undefined>>): string {
  return Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `<data key="${key}">${xml(String(value))}</data>`)
    .join('');
}

/** XML allows no control characters, however they are written. */
function xml(text: string): string {
  // eslint-disable-next-line no-control-regex
  const allowed = text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '\ufffd');
  return allowed.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** Graphviz. */
async function* dot(lines: AsyncIterable<Line>): AsyncIterable<string> {
  yield 'digraph graphtail {\n  node [shape=box];\n';
  for await (const line of lines) {
    if ('node' in line) yield `  ${quoted(line.node.id)} [label=${quoted(`${line.node.name}\n${line.node.node_type}`)}];\n`;
    else
      yield `  ${quoted(line.relationship.source_id)} -> ${quoted(line.relationship.target_id)} [label=${quoted(line.relationship.relationship_type)}];\n`;
  }
  yield '}\n';
}

function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}

/** A Mermaid flowchart of the first relationships but `contains`. A comment says how many there are. */
async function* mermaid(lines: AsyncIterable<Line>): AsyncIterable<string> {
  const numbers = new Map<string, number>();
  const names = new Map<string, string>();
  let edges = 0;
  const place = function* (id: string): Iterable<string> {
    if (numbers.has(id)) return;
    numbers.set(id, numbers.size);
    yield `  n${String(numbers.get(id))}["${(names.get(id) ?? id).replace(/["\n\r[\]]/g, ' ')}"]\n`;
  };
  yield 'flowchart LR\n';
  for await (const line of lines) {
    if ('node' in line) {
      names.set(line.node.id, line.node.name);
      continue;
    }
    const { source_id: source, target_id: target, relationship_type: type } = line.relationship;
    if (type === 'contains' || ++edges > MERMAID_EDGES) continue;
    yield* place(source);
    yield* place(target);
    yield `  n${String(numbers.get(source))} -->|${type}| n${String(numbers.get(target))}\n`;
  }
  if (edges > MERMAID_EDGES) yield `  %% the first ${String(MERMAID_EDGES)} of ${String(edges)} relationships\n`;
}
