import type { Registry } from '@graphtail/runtime';
import type { Services } from '../services.ts';
import { SERVICES, type ServiceName } from '../upstreams/addresses.ts';
import { samplesIn, type Sample } from './samples.ts';

export const JOBS = [...SERVICES, 'gateway'] as const;
export type Job = ServiceName | 'gateway';

/** All samples of one moment, by metric. Each has the labels `job` and `instance`, as Prometheus's have. */
export type Scrape = {
  /** In milliseconds since 1970. */
  readonly at: number;
  readonly samples: ReadonlyMap<string, readonly Sample[]>;
};

/** The instance of the gateway that scrapes. */
const SELF = 'this';

/** Reads the metrics of every process. `up` is 1 for a process that answers and 0 for one that does not, as in Prometheus. */
export async function scrape(services: Services, registry: Registry): Promise<Scrape> {
  const of = async (job: ServiceName): Promise<Sample[]> => {
    const answers = await services.getFromAll(job, '/metrics');
    if (answers.length === 0) return [up(job, '', 0)];
    return answers.flatMap((answer) => {
      const instance = answer.from.address;
      if (!('status' in answer) || answer.status !== 200) return [up(job, instance, 0)];
      return [up(job, instance, 1), ...samplesIn(answer.body, { job, instance })];
    });
  };
  const own = async (): Promise<Sample[]> => [
    up('gateway', SELF, 1),
    ...samplesIn(await registry.metrics(), { job: 'gateway', instance: SELF }),
  ];
  const all = await Promise.all([...SERVICES.map(of), own()]);
  return { at: Date.now(), samples: Map.groupBy(all.flat(), ({ name }) => name) };
}

function up(job: Job, instance: string, value: 0 | 1): Sample {
  return { name: 'up', labels: { job, instance }, value };
}

/** The samples of a metric whose labels have these values. */
export function samplesOf({ samples }: Scrape, name: string, where: Readonly<Record<string, string>> = {}): readonly Sample[] {
  const all = samples.get(name) ?? [];
  const wanted = Object.entries(where);
  return wanted.length === 0 ? all : all.filter(({ labels }) => wanted.every(([label, value]) => labels[label] === value));
}
