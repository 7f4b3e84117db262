import type { Offset } from '@graphtail/facts';
import { Snapshots, openLog } from '@graphtail/log';
import type { Redis } from 'ioredis';
import { prepare } from '../folding/prepare.ts';
import { Timeline } from '../history/timeline.ts';
import { answerText } from '../http/answer-text.ts';
import { contentTag, membersOf } from '../http/answer.ts';
import { problemOf, tooExpensive } from '../http/problems.ts';
import type { LogRoute, ReadRoute } from '../http/route.ts';
import { CONTENTS } from '../http/routes/contents.ts';
import { HISTORIES } from '../http/routes/histories.ts';
import { READS } from '../http/routes/reads.ts';
import { STRUCTURE } from '../http/routes/structure.ts';
import { WALKS } from '../http/routes/walks.ts';
import { GraphStates } from '../past/graph-states.ts';
import type { Projection } from '../projection/projection.ts';
import { Budget, OverBudget } from '../queries/budget.ts';
import { withNear } from '../queries/near.ts';
import type { Job, PlainProblem } from './protocol.ts';

/** Entities that one query may look at. It takes seconds to look at so many. */
const BUDGET = 10_000_000;

type Graph = { readonly states: GraphStates; readonly timeline: Timeline; readonly snapshots: Snapshots };
type Computed = { readonly asOf: Offset; readonly tag: string | undefined; readonly parts: Iterable<string> };

const READ_ROUTES: ReadonlyMap<string, ReadRoute> = new Map(
  [...READS, ...WALKS, ...STRUCTURE, ...CONTENTS].map((each) => [`${each.method} ${each.path}`, each]),
);
const LOG_ROUTES: ReadonlyMap<string, LogRoute> = new Map(HISTORIES.map((each) => [`get ${each.path}`, each]));

/** Computes answers from states of its own, one job at a time, because each job moves the states to its offset. */
export class ThreadJobs {
  readonly #redis: Redis;
  readonly #graphs = new Map<string, Graph>();

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /** The answer as text, in parts to be written one after another. The state may move on while they are written. */
  async compute(job: Job, signal: AbortSignal): Promise<Computed> {
    const { asOf, answer, tag } = await this.#answer(job, signal);
    const parts = answerText(answer, membersOf(asOf, job.arrivedAt), job.accepts);
    return { asOf, tag: tag === 'content' ? contentTag(answer) : undefined, parts };
  }

  async #answer(job: Job, signal: AbortSignal): Promise<{ asOf: Offset; answer: object; tag: 'content' | undefined }> {
    const { states, timeline, snapshots } = this.#graph(job.graph);
    const budget = new Budget(BUDGET);
    const { at, query, body, id, root } = job;
    const logRoute = LOG_ROUTES.get(job.route);
    if (logRoute !== undefined) {
      const { asOf, body: answer } = await logRoute.answer({ states, timeline, snapshots, signal, budget, at, query, id });
      return { asOf, answer, tag: logRoute.tag };
    }
    const route = READ_ROUTES.get(job.route)!;
    const range = route.range?.(body);
    const changed = range && (await states.changes(range.from, range.to ?? at, signal));
    const projection = await states.at(at, signal);
    await prepare(projection, route.needs(query), signal);
    const current = (): Promise<Projection> => states.at(job.head, signal);
    const answer = await withNear(projection, () => route.answer({ projection, current, root, query, body, id, changed, budget }));
    return { asOf: at, answer, tag: route.tag };
  }

  #graph(name: string): Graph {
    let graph = this.#graphs.get(name);
    if (graph === undefined) {
      const log = openLog(this.#redis, name);
      const snapshots = new Snapshots(this.#redis, log);
      graph = { states: new GraphStates(log, snapshots), timeline: new Timeline(log), snapshots };
      this.#graphs.set(name, graph);
    }
    return graph;
  }
}

/** The problem that the client gets for an error; undefined if the error is a bug. */
export function plainProblem(error: unknown, job: Job): PlainProblem | undefined {
  const narrow = (READ_ROUTES.get(job.route) ?? LOG_ROUTES.get(job.route))?.narrow;
  const problem =
    error instanceof OverBudget ? tooExpensive('the question looks at more of the graph than one answer may', narrow) : problemOf(error);
  if (problem === undefined) return undefined;
  const { status, code, message: detail, extra } = problem;
  return { status, code, detail, extra };
}
