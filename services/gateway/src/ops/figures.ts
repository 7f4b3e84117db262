import { z } from 'zod';
import { growth, quantile, secondsOf, totalGrowth, type Span } from './rates.ts';
import { JOBS, samplesOf, type Job, type Scrape } from './scrape.ts';

const amount = z.number().min(0);

const ProcessSchema = z.object({
  address: z.string(),
  answers: z.boolean(),
  pid: z.int().nullable(),
  cpu: amount.describe('processors in use: 1 is one core'),
  rss: amount.describe('resident memory, bytes'),
  heap: amount.describe("used part of V8's heap, bytes"),
  event_loop_delay_ms: amount.describe('99th percentile since the last scrape'),
  open_sockets: amount,
  open_descriptors: amount,
  started_at: z.iso.datetime().nullable(),
});
type Process = z.infer<typeof ProcessSchema>;

const ServiceSchema = ProcessSchema.omit({ address: true }).extend({
  restarts: z.int().min(0).nullable().describe('by the supervisor of npm start; null: there is none'),
  processes: z.array(ProcessSchema),
});

const quantileMs = amount.nullable().describe('from append to socket; null: nothing was delivered live meanwhile');

/** What can be said from the services' metrics alone. */
export const FiguresSchema = z.object({
  at: z.iso.datetime(),
  window_seconds: amount.describe('the time that rates and quantiles are about'),
  services: z.record(z.enum(JOBS), ServiceSchema),
  delivery: z.object({
    p50_ms: quantileMs,
    p95_ms: quantileMs,
    p99_ms: quantileMs,
    facts_per_second: amount,
    bytes_per_second: amount,
    subscribers: amount,
  }),
  ingest: z.object({
    facts_per_second: amount.describe('appended'),
    files_per_second: amount,
    append_p95_ms: amount.nullable(),
  }),
  consumers: z
    .array(z.object({ graph: z.string(), name: z.string(), lag: amount.describe('facts') }))
    .describe('connected subscribers with a durable cursor; the twenty furthest behind of each notifier'),
  projector: z.array(z.object({ graph: z.string(), lag: amount.describe('facts'), lag_seconds: amount })),
  redis: z
    .object({ memory: amount, memory_max: amount.describe('0: no limit'), aof_bytes: amount, restarts: z.int().min(0).nullable() })
    .nullable()
    .describe('null: it does not answer, or does not say'),
});
export type Figures = z.infer<typeof FiguresSchema>;

/** The figures of all processes, put together. */
export function figuresOf(span: Span): Figures {
  const seconds = secondsOf(span);
  const perSecond = (name: string): number => rounded(totalGrowth(span, name) / seconds);
  const delivered = growth(span, 'graphtail_delivery_latency_seconds_bucket');
  const ms = (q: number, buckets = delivered): number | null => {
    const value = quantile(q, buckets);
    return value === undefined ? null : rounded(value * 1_000);
  };
  return {
    at: new Date(span.to.at).toISOString(),
    window_seconds: rounded(seconds),
    services: Object.fromEntries(JOBS.map((job) => [job, serviceOf(span, job)])) as Figures['services'],
    delivery: {
      p50_ms: ms(0.5),
      p95_ms: ms(0.95),
      p99_ms: ms(0.99),
      facts_per_second: perSecond('graphtail_facts_delivered_total'),
      bytes_per_second: perSecond('graphtail_bytes_delivered_total'),
      subscribers: sum(span.to, 'graphtail_subscribers'),
    },
    ingest: {
      facts_per_second: perSecond('graphtail_facts_appended_total'),
      files_per_second: perSecond('graphtail_ingest_files_total'),
      append_p95_ms: ms(0.95, growth(span, 'graphtail_append_duration_seconds_bucket')),
    },
    consumers: samplesOf(span.to, 'graphtail_subscriber_lag_facts').map(({ labels, value }) => ({
      graph: labels['graph'] ?? '',
      name: labels['consumer'] ?? '',
      lag: value,
    })),
    projector: samplesOf(span.to, 'graphtail_projector_lag_facts').map(({ labels: { graph = '', instance = '' }, value }) => ({
      graph,
      lag: value,
      lag_seconds: rounded(first(span.to, 'graphtail_projector_lag_seconds', { graph, instance }) ?? 0),
    })),
    redis: redisOf(span.to),
  };
}

function serviceOf(span: Span, job: Job): Figures['services'][Job] {
  const processes = samplesOf(span.to, 'up', { job }).map(({ labels, value }) =>
    processOf(span, job, labels['instance'] ?? '', value === 1),
  );
  const total = (figure: (process: Process) => number): number => rounded(processes.reduce((all, each) => all + figure(each), 0));
  const started = processes.flatMap(({ started_at: at }) => at ?? []).sort();
  return {
    answers: processes.some(({ answers }) => answers),
    pid: processes.find(({ pid }) => pid !== null)?.pid ?? null,
    cpu: total(({ cpu }) => cpu),
    rss: total(({ rss }) => rss),
    heap: total(({ heap }) => heap),
    event_loop_delay_ms: Math.max(0, ...processes.map(({ event_loop_delay_ms: delay }) => delay)),
    open_sockets: total(({ open_sockets: open }) => open),
    open_descriptors: total(({ open_descriptors: open }) => open),
    started_at: started.at(-1) ?? null,
    restarts: restartsOf(span.to, job),
    processes,
  };
}

function processOf(span: Span, job: Job, instance: string, answers: boolean): Process {
  const where = { job, instance };
  const value = (name: string): number => first(span.to, name, where) ?? 0;
  const startedAt = first(span.to, 'process_start_time_seconds', where);
  return {
    address: instance,
    answers,
    pid: first(span.to, 'graphtail_process_pid', where) ?? null,
    cpu: rounded(totalGrowth(span, 'process_cpu_seconds_total', where) / secondsOf(span)),
    rss: value('process_resident_memory_bytes'),
    heap: value('nodejs_heap_size_used_bytes'),
    event_loop_delay_ms: rounded(value('nodejs_eventloop_lag_p99_seconds') * 1_000),
    open_sockets: value('graphtail_open_sockets'),
    open_descriptors: value('process_open_fds'),
    started_at: startedAt === undefined ? null : new Date(startedAt * 1_000).toISOString(),
  };
}

function redisOf(scraped: Scrape): Figures['redis'] {
  const memory = first(scraped, 'graphtail_redis_memory_used_bytes');
  if (memory === undefined) return null;
  return {
    memory,
    memory_max: first(scraped, 'graphtail_redis_memory_max_bytes') ?? 0,
    aof_bytes: first(scraped, 'graphtail_redis_aof_size_bytes') ?? 0,
    restarts: restartsOf(scraped, 'redis'),
  };
}

function restartsOf(scraped: Scrape, process: string): number | null {
  return first(scraped, 'graphtail_restarts_total', { process }) ?? null;
}

function first(scraped: Scrape, name: string, where: Readonly<Record<string, string>> = {}): number | undefined {
  return samplesOf(scraped, name, where)[0]?.value;
}

function sum(scraped: Scrape, name: string): number {
  return samplesOf(scraped, name).reduce((total, { value }) => total + value, 0);
}

function rounded(figure: number): number {
  return Math.round(figure * 1_000) / 1_000;
}
