import { eventually } from '../../support/eventually.ts';
import type { Fate } from '../rig/fault-proxy.ts';
import { CHURN, type Rig, type Service } from '../rig/rig.ts';
import type { Side } from '../rig/steps-struck.ts';
import type { Fault, FaultClass } from './fault.ts';
import { signal } from '../rig/signal.ts';

const WITHIN_MS = 8_000;
const SELDOM_WITHIN_MS = 30_000;
/** Places that one fault strikes at, one after the other. */
const AT_ONCE = 4;

export type Step = { readonly words: readonly string[]; readonly count: number };

/**
 * Kills a service at the first of its commands to Redis that is asked for: before it arrives, or when it was carried out and the reply is on its way.
 * @returns the command; undefined where none came
 */
export async function killAtCommand(
  rig: Rig,
  service: Service,
  isIt: (step: Step) => boolean,
  side: Side,
  withinMs = WITHIN_MS,
): Promise<string | undefined> {
  let struck: string | undefined;
  let count = 0;
  rig.network.onCommand(async (words, client): Promise<Fate> => {
    if (struck !== undefined || !client.startsWith(`graphtail-${service}`) || !isIt({ words, count: ++count })) return 'passes';
    struck = commandOf(words);
    signal(await rig.pidOf(service), 'SIGKILL');
    return side === 'before' ? 'never_arrives' : 'loses_reply';
  });
  await eventually(() => struck !== undefined, withinMs).catch(() => undefined);
  rig.network.onCommand(undefined);
  return struck;
}

/** `FCALL append`, `EVALSHA`, `XREAD`. Functions' names begin with their library's. */
function commandOf([name = '', first = '']: readonly string[]): string {
  const command = name.toUpperCase();
  return command.startsWith('FCALL') ? `${command} ${first.replace(/^graphtail_[0-9a-f]+_/, '')}` : command;
}

/** A service that has just started is killed at its next steps: all of them in turn, where the run is long enough. */
function atItsNextSteps(service: Service): Fault {
  return {
    title: `${service} is killed between its next steps`,
    async inject(rig) {
      for (let i = 0; i < AT_ONCE; i++) {
        const { step, side } = rig.steps.next(service);
        await rig.kill(service);
        const command = await killAtCommand(rig, service, ({ count }) => count === step, side);
        if (command === undefined) return rig.steps.exhausted(service);
        rig.steps.struck(service, step, side, command);
      }
    },
  };
}

/** Kills a service at a step that is seldom, which `provoke` brings about. */
function atTheStep(
  title: string,
  service: Service,
  isIt: (words: readonly string[]) => boolean,
  provoke: (rig: Rig) => Promise<void>,
): Fault {
  return {
    title,
    async inject(rig) {
      for (const side of ['before', 'after'] as const) {
        const killing = killAtCommand(rig, service, ({ words }) => isIt(words), side, SELDOM_WITHIN_MS);
        await provoke(rig);
        const command = await killing;
        if (command === undefined) throw new Error(`${service} never came to that step`);
      }
    },
  };
}

export const betweenSteps: FaultClass = {
  name: 'a service ends between two of its steps',
  faults: [
    atTheStep(
      'the notifier while it keeps an acknowledged cursor',
      'notifier',
      (words) => /^eval/i.test(words[0] ?? '') && words.some((word) => word.endsWith(':consumers')) && words.length === 9,
      () => Promise.resolve(), // one is acknowledged every 50 facts
    ),
    atItsNextSteps('ingest'),
    atItsNextSteps('projector'),
    atItsNextSteps('notifier'),
    atTheStep(
      'the projector while it saves a snapshot',
      'projector',
      ([name = '', first = '']) => /^fcall$/i.test(name) && first.endsWith('_commit_snapshot'),
      async (rig) => {
        const head = await rig.head();
        await eventually(
          () =>
            rig.pipeline.get(`/api/graph/stats?graph=${CHURN}&min_offset=${head}`).then(
              () => true,
              () => false,
            ),
          60_000,
        );
        signal(await rig.pidOf('projector'), 'SIGTERM'); // it saves what is not saved
      },
    ),
  ],
};
