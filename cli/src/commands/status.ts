import { ApiError, type Api, type Bounds, type Consumer, type Graph, type Health, type Stats } from '@graphtail/client';
import { placeOf, seqOf, type Offset } from '@graphtail/facts';
import type { Command } from 'commander';
import { figure, seconds } from './fact-line.ts';
import { inkFor, type Ink } from './ink.ts';
import { apiOf, explained, withServer, type ServerOptions } from './server.ts';
import { printable } from '../printable.ts';
import { table } from './table.ts';
import { troublesIn } from './troubles-in.ts';
import { UserError } from '../user-error.ts';

type GraphStatus = {
  readonly graph: Graph;
  readonly log: Bounds | undefined;
  readonly stats: Stats | undefined;
  readonly consumers: readonly Consumer[];
};

/** `graphtail status`: shows services, logs, lag and subscribers. */
export function register(program: Command): void {
  const command = program
    .command('status')
    .description('show services, graphs, lag and subscribers')
    .addHelpText(
      'after',
      '\n#n is a place in a log. – is unknown.\n\nExit codes: 0 all services are ok; 1 one is not, nothing answers, or there is no such graph.',
    );
  withServer(command, 'the same as one JSON object').action((options: ServerOptions) => explained(options, () => status(options)));
}

async function status(options: ServerOptions): Promise<void> {
  const api = apiOf(options);
  const health = await api.health();
  const graphs = (await known(api.graphs())) ?? [];
  const wanted = options.graph === undefined ? graphs : graphs.filter(({ name }) => name === options.graph);
  if (options.graph !== undefined && graphs.length > 0 && wanted.length === 0)
    throw new UserError(`There is no graph ${options.graph}. There are: ${graphs.map(({ name }) => name).join(', ')}.`);
  const states = await Promise.all(wanted.map((graph) => statusOf(api, graph)));
  if (health.status !== 'ok') process.exitCode = 1;
  const text = options.json === true ? asJson(health, states) : asTables(health, states, inkFor(process.stdout));
  process.stdout.write(`${text}\n`);
}

/** If a service is away, or the token does not allow a request, its figures are unknown. The others are still shown. */
async function known<Value>(answer: Promise<Value>): Promise<Value | undefined> {
  return answer.catch((error: unknown) => {
    if (error instanceof ApiError && error.status !== 401) return undefined;
    throw error;
  });
}

async function statusOf(api: Api, graph: Graph): Promise<GraphStatus> {
  const of = { graph: graph.name };
  const [log, stats, consumers] = await Promise.all([known(api.log(of)), known(api.stats(of)), known(api.consumers(of))]);
  return { graph, log, stats, consumers: consumers ?? [] };
}

/** The number of facts between two places; undefined if a place is unknown. */
function between(at: Offset | undefined, head: Offset | undefined): number | undefined {
  return at === undefined || head === undefined ? undefined : Math.max(0, seqOf(head) - seqOf(at));
}

function headOf({ log, graph }: GraphStatus): Offset | undefined {
  return log?.head ?? graph.head;
}

function asJson({ status, services, version }: Health, states: readonly GraphStatus[]): string {
  const graphs = states.map((state) => ({
    ...state.graph,
    head: headOf(state),
    earliest: state.log?.earliest,
    facts: state.log?.facts,
    bytes: state.log?.bytes,
    projector: { offset: state.stats?.offset, lag: between(state.stats?.offset, headOf(state)), state_digest: state.stats?.state_digest },
    consumers: state.consumers,
  }));
  return JSON.stringify({ status, version, services, graphs }, undefined, 2);
}

function asTables(health: Health, states: readonly GraphStatus[], ink: Ink): string {
  const services = Object.entries(health.services ?? {}).map(([name, service]) => [
    printable(name),
    service.status === 'ok' ? ink('completed', '✓ ok') : ink('wrong', `! ${printable(service.status)}`),
    detailOf(service),
  ]);
  const graphs = states.map((state) => [
    printable(state.graph.name),
    place(headOf(state)),
    figure(state.log?.facts),
    bytes(state.log?.bytes),
    figure(state.stats?.total_nodes ?? state.graph.node_count),
    figure(state.stats?.total_relationships ?? state.graph.relationship_count),
    figure(between(state.stats?.offset, headOf(state))),
    printable(state.graph.root ?? '–'),
  ]);
  const subscribers = states.flatMap((state) =>
    state.consumers.map((consumer) => [
      ...[state.graph.name, consumer.name, consumer.transport, consumer.state].map((text) => printable(text ?? '–')),
      place(consumer.cursor),
      figure(consumer.lag),
      consumer.lag_seconds === undefined ? '–' : seconds(consumer.lag_seconds * 1000),
      figure(consumer.delivered),
    ]),
  );
  const troubles = troublesIn(health, ink);
  return [
    section('Services', SERVICE_COLUMNS, services, 'none is known', ink),
    ...(troubles.length === 0 ? [] : [[ink('strong', 'What does not work'), ...troubles].join('\n')]),
    section('Graphs', GRAPH_COLUMNS, graphs, 'none yet; add one with: npx graphtail analyze PATH', ink),
    section('Subscribers', SUBSCRIBER_COLUMNS, subscribers, 'none is connected; try: npx graphtail tail', ink),
  ].join('\n\n');
}

const right = 'right' as const;
const SERVICE_COLUMNS = [{ title: 'service' }, { title: 'state' }, { title: '' }];
const GRAPH_COLUMNS = [
  { title: 'graph' },
  { title: 'head', align: right },
  { title: 'facts', align: right },
  { title: 'log', align: right },
  { title: 'nodes', align: right },
  { title: 'relationships', align: right },
  { title: 'projector lag', align: right },
  { title: 'root' },
];
const SUBSCRIBER_COLUMNS = [
  { title: 'graph' },
  { title: 'name' },
  { title: 'transport' },
  { title: 'state' },
  { title: 'cursor', align: right },
  { title: 'lag', align: right },
  { title: 'lag (time)', align: right },
  { title: 'delivered', align: right },
];

function section(title: string, columns: Parameters<typeof table>[0], rows: string[][], empty: string, ink: Ink): string {
  return `${ink('strong', title)}\n${rows.length === 0 ? ink('quiet', `  ${empty}`) : table(columns, rows, ink)}`;
}

function detailOf(service: Readonly<Record<string, unknown>>): string {
  const { detail, latency_ms: latency } = service;
  if (typeof detail === 'string') return printable(detail);
  return typeof latency === 'number' ? `${String(latency)} ms` : '';
}

function place(at: Offset | undefined): string {
  return at === undefined ? '–' : placeOf(at);
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

function bytes(count: number | undefined): string {
  if (count === undefined) return '–';
  const power = Math.min(UNITS.length - 1, count < 1 ? 0 : Math.floor(Math.log2(count) / 10));
  return `${(count / 1024 ** power).toFixed(power === 0 ? 0 : 1)} ${UNITS[power] ?? ''}`;
}
