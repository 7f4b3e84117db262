type TroubleKind = {
  /** How long the condition must hold before it counts, in milliseconds. Shorter interruptions are normal. */
  readonly afterMs: number;
  /** Whether `Troubles` logs its begin and end. The others are logged where they happen, with the error. */
  readonly logged: boolean;
  /** What a person can do. */
  readonly remedy: string;
};

const ALONE = 'Graphtail goes on by itself when this is mended.';

/**
 * Everything that a service reports in `/health` as not working. The codes are stable: the metric `graphtail_trouble` has them as a label,
 * and docs/TROUBLESHOOTING.md has a line for each.
 */
export const TROUBLE_KINDS = {
  redis_away: { afterMs: 0, logged: false, remedy: `Start Redis, or mend the network to it. ${ALONE}` },
  redis_unfit: { afterMs: 0, logged: false, remedy: `Change what the message names. Graphtail looks again every 10 s. ${ALONE}` },
  durability_not_kept: {
    afterMs: 0,
    logged: false,
    remedy: 'Set up Redis as the durability needs, or start Graphtail with another --durability (docs/DEPLOYMENT.md).',
  },
  data_folder_lost: { afterMs: 0, logged: false, remedy: 'Put the folder back or make it writable. If it was deleted, restart Graphtail.' },
  appends_stalled: { afterMs: 60_000, logged: true, remedy: `Give Redis what the message says it lacks. ${ALONE} Nothing is lost.` },
  root_unreadable: { afterMs: 0, logged: true, remedy: `Put the folder back, or make it readable for ingest. ${ALONE}` },
  watch_limited: { afterMs: 0, logged: false, remedy: 'Raise the limit that the message names. Until then changes are found late.' },
  analysis_failed: { afterMs: 5_000, logged: false, remedy: "Look at the error in ingest's log. The analysis is tried again by itself." },
  projector_behind: {
    afterMs: 30_000,
    logged: true,
    remedy: "Look at the projector's processor time and log. Ask for less, or give the graph a projector of its own.",
  },
  state_unavailable: {
    afterMs: 30_000,
    logged: true,
    remedy: "Wait if the message says how far it is; otherwise look at the projector's log.",
  },
  state_damaged: {
    afterMs: 0,
    logged: false,
    remedy: 'Ingest appends the lost facts again. If this stays, ingest can not read the folder.',
  },
  snapshots_failing: { afterMs: 0, logged: false, remedy: `Give Redis what the message says it lacks. ${ALONE}` },
  tail_stopped: { afterMs: 10_000, logged: false, remedy: `Look at the error in the notifier's log. ${ALONE}` },
  audit_waiting: { afterMs: 10_000, logged: false, remedy: `Give Redis what the message says it lacks. ${ALONE}` },
} as const satisfies Record<string, TroubleKind>;

export type TroubleCode = keyof typeof TROUBLE_KINDS;
