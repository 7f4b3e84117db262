import type { DecidedLog } from '@graphtail/log';
import type { Logger } from '@graphtail/runtime';
import type { AlertState } from '../alerts/alert-state.ts';
import { factsOf, type Report } from '../alerts/report.ts';
import type { Scrape } from '../ops/scrape.ts';
import { Monitor, type Rule } from './monitor.ts';

const EACH_MS = 5_000;
/** The annotation by which the monitor knows its own alerts again after a restart. */
const SOURCE = 'monitor';

export type MonitorWatch = {
  readonly scrape: () => Promise<Scrape>;
  readonly log: DecidedLog<AlertState>;
  readonly rules: readonly Rule[];
  readonly logger: Logger;
};

/**
 * Looks after Graphtail where no Prometheus does: evaluates the alert rules every 5 s, and writes what begins and ends to the log `_alerts`,
 * on the same way as Alertmanager's reports. Returns the function that ends it.
 */
export function watchOver({ scrape, log, rules, logger }: MonitorWatch): () => void {
  const monitor = new Monitor(rules);
  const longestMs = Math.max(...rules.map(({ forSeconds }) => forSeconds)) * 1_000;
  const startedAt = performance.now();
  let isAway = false;
  let timer = setTimeout(() => void look(), EACH_MS);

  const look = async (): Promise<void> => {
    try {
      const firing = monitor.take(await scrape()).map((report) => ({ ...report, annotations: { ...report.annotations, source: SOURCE } }));
      // An alert of the monitor before a restart ends only when this one has looked long enough to know it.
      const knowsEnds = performance.now() - startedAt > longestMs + 2 * EACH_MS;
      const facts = await log.decide((state) => factsOf([...firing, ...(knowsEnds ? ended(state, firing) : [])], state));
      for (const { event_type: type, data } of facts) logger.info({ type, data }, 'an alert has changed');
      isAway = false;
    } catch (error) {
      if (!isAway) logger.info({ err: error }, 'alerts can not be written at the moment');
      isAway = true;
    }
    timer = setTimeout(() => void look(), EACH_MS);
  };
  return () => clearTimeout(timer);
}

/** Reports of the end of the monitor's alerts that do not fire any more. */
function ended(state: AlertState, firing: readonly Report[]): Report[] {
  const fire = new Set(firing.map(({ id }) => id));
  return state.list
    .filter((alert) => alert.state === 'firing' && alert.annotations['source'] === SOURCE && !fire.has(alert.alert_id))
    .map(({ alert_id: id, starts_at: startsAt, name, severity, summary, labels, annotations }) => {
      return { id, status: 'resolved', name, severity, summary, labels, annotations, startsAt };
    });
}
