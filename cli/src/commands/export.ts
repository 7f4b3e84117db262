import type { Offset, Place } from '@graphtail/facts';
import { Option, type Command } from 'commander';
import { FORMATS, inFormat, type Format } from './graph-formats.ts';
import { Output } from './output.ts';
import { apiOf, explained, offsetArgument, offsetAt, withServer, type ServerOptions } from './server.ts';

type ExportOptions = ServerOptions & { readonly at?: Offset | Place; readonly format: Format };

const HELP = `
NDJSON: the first line has as_of, state_digest and counts. Each other line is a
{"node":…} or a {"relationship":…}. graphml is for Gephi, yEd and networkx, dot
for Graphviz; mermaid draws the first 500 relationships.

Exit codes: 0 everything was written; 1 not.`;

/** `graphtail export`: writes the graph's nodes and relationships, as they are now or as they were. */
export function register(program: Command): void {
  const command = program
    .command('export')
    .description('write all nodes and relationships to stdout')
    .option('--at <offset>', 'the state after this fact (default: now)', offsetArgument)
    .addOption(new Option('--format <name>', 'how they are written').choices(FORMATS).default('ndjson'))
    .addHelpText('after', HELP);
  withServer(command, 'one JSON object instead of lines').action((options: ExportOptions) => explained(options, () => write(options)));
}

async function write(options: ExportOptions): Promise<void> {
  const lines = apiOf(options).snapshotLines({ graph: options.graph, at: await offsetAt(options, options.at) });
  const output = new Output(process.stdout);
  for await (const text of written(lines, options)) {
    if (output.isClosed) return;
    await output.write(text);
  }
}

function written(lines: AsyncIterable<string>, { json, format }: ExportOptions): AsyncIterable<string> {
  if (format !== 'ndjson') return inFormat(format, lines);
  return json === true ? asObject(lines) : asLines(lines);
}

async function* asLines(lines: AsyncIterable<string>): AsyncIterable<string> {
  for await (const line of lines) yield `${line}\n`;
}

const PREFIXES = [
  { prefix: '{"node":', list: 'nodes' },
  { prefix: '{"relationship":', list: 'relationships' },
];

/** Makes one JSON object: the first line's members, then the two lists. It is written piece by piece: a graph is never one string here. */
async function* asObject(lines: AsyncIterable<string>): AsyncIterable<string> {
  let list = '';
  const opened = new Set<string>();
  const open = (name: string): string => {
    const closing = list === '' ? '' : '\n],';
    list = name;
    opened.add(name);
    return `${closing}\n${JSON.stringify(name)}: [\n`;
  };
  for await (const line of lines) {
    const kind = PREFIXES.find(({ prefix }) => line.startsWith(prefix));
    if (kind === undefined) {
      yield `${line.slice(0, -1)},`;
      continue;
    }
    const entity = line.slice(kind.prefix.length, -1);
    yield list === kind.list ? `,\n${entity}` : open(kind.list) + entity;
  }
  for (const { list: name } of PREFIXES) if (!opened.has(name)) yield open(name);
  yield '\n]}\n';
}
