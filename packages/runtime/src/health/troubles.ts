import { z } from 'zod';
import type { HealthBody } from '../http/health-summary.ts';
import type { Logger } from '../logger.ts';
import { gauge, type Registry } from '../metrics.ts';
import { TROUBLE_KINDS, type TroubleCode } from './trouble-kinds.ts';

const LOOK_MS = 1_000;

/** Something that is wrong at this moment. */
export type Complaint = {
  readonly code: TroubleCode;
  /** What the service can't do, and why. */
  readonly message: string;
  readonly graph?: string | undefined;
  /** When it began, in milliseconds since 1970. Default: when `Troubles` first saw it. */
  readonly since?: number | undefined;
};

export const TroubleSchema = z.object({
  code: z.enum(Object.keys(TROUBLE_KINDS) as [TroubleCode, ...TroubleCode[]]),
  graph: z.string().optional(),
  message: z.string().describe('what the service can not do, and why'),
  remedy: z.string().describe('what to do'),
  since: z.iso.datetime(),
});
export type Trouble = z.infer<typeof TroubleSchema>;

/** A complaint at the last look. `counts`: it has lasted long enough. */
type Seen = Complaint & { readonly since: number; readonly counts: boolean };

/**
 * What a service can't do at the moment, for its `/health`, its log and the metric `graphtail_trouble`. Parts of the service say what is
 * wrong now; this class knows since when, and whether that is long enough to count.
 */
export class Troubles {
  readonly #logger: Logger;
  readonly #now: () => number;
  readonly #sources: (() => readonly Complaint[])[] = [];
  readonly #timer: NodeJS.Timeout;
  #seen = new Map<string, Seen>();

  /** @param now milliseconds since 1970, never set back */
  constructor(logger: Logger, registry: Registry, now = () => performance.timeOrigin + performance.now()) {
    this.#logger = logger;
    this.#now = now;
    this.#timer = setInterval(() => this.#look(), LOOK_MS).unref();
    gauge(registry, 'graphtail_trouble', 'Things that the service can not do at the moment, by code.', ['code'], (self) => {
      self.reset();
      for (const { code } of this.list) self.inc({ code });
    });
  }

  /** Adds a source, which is asked once a second and at each `/health`. It has at most one complaint of a code and graph. */
  watch(source: () => readonly Complaint[]): void {
    this.#sources.push(source);
  }

  get list(): readonly Trouble[] {
    this.#look();
    return [...this.#seen.values()]
      .filter(({ counts }) => counts)
      .map(({ code, graph, message, since }) => ({
        code,
        ...(graph !== undefined && { graph }),
        message,
        remedy: TROUBLE_KINDS[code].remedy,
        since: new Date(since).toISOString(),
      }));
  }

  /** The body of `/health`: degraded if there is a trouble. */
  health(details: Record<string, unknown>): HealthBody {
    const troubles = this.list;
    return { status: troubles.length === 0 ? 'ok' : 'degraded', troubles, ...details };
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const before = this.#seen;
    this.#seen = new Map();
    for (const complaint of this.#sources.flatMap((source) => source())) {
      const key = `${complaint.code} ${complaint.graph ?? ''}`;
      const since = complaint.since ?? before.get(key)?.since ?? this.#now();
      const seen = { ...complaint, since, counts: this.#now() - since >= TROUBLE_KINDS[complaint.code].afterMs };
      this.#seen.set(key, seen);
    }
    for (const [key, seen] of this.#seen) if (seen.counts && before.get(key)?.counts !== true) this.#log('warn', seen, seen.message);
    for (const [key, seen] of before)
      if (seen.counts && this.#seen.get(key)?.counts !== true) this.#log('info', seen, `over: ${seen.message}`);
  }

  #log(level: 'warn' | 'info', { code, graph }: Seen, text: string): void {
    if (TROUBLE_KINDS[code].logged) this.#logger[level]({ code, ...(graph !== undefined && { graph }) }, text);
  }
}
