import type { Job } from '@graphtail/log';

/** Why everything is compared. The texts are the `reason` of an analysis that comes of it. */
export const REASONS = {
  start: 'start',
  first: 'first analysis',
  changed: 'files changed',
  bulk: 'bulk change',
  found: 'files changed that no watcher told of',
  resumed: 'a file was saved after an analysis was cancelled',
  log_lost: 'the log lost facts',
  damaged: 'batches of the log are damaged',
  failed: 'trying again after an error',
} as const;
export type Reason = keyof typeof REASONS;

/** What is known of the difference between source and log, beside the changes that are pending. */
export type Knowledge =
  /** Anything may differ. */
  | 'unknown'
  /** Nothing else differs. */
  | 'in_step'
  /** An analysis was cancelled. What differs is left alone until somebody requests an analysis or saves a file. */
  | 'resting';

/** The one task that is under way. */
export type Activity =
  /** The watch begins, so that what changes from now on is reported. */
  | { readonly kind: 'starting' }
  | { readonly kind: 'idle' }
  /** The graph's list of jobs is being asked. */
  | { readonly kind: 'fetching' }
  /** The place of the view is being compared with the log. */
  | { readonly kind: 'judging' }
  /** The log is being folded as somebody does who begins with nothing, because batches of it are damaged. */
  | { readonly kind: 'folding' }
  /** Source and log are being compared, and a small difference appended. */
  | { readonly kind: 'reconciling'; readonly reason: Reason; readonly renewing: boolean }
  /** What follows from saved files is being appended. */
  | { readonly kind: 'appending' }
  /** An analysis that the log announces. `requested`: the job waits in the graph's list until it is done. */
  | { readonly kind: 'analysing'; readonly job: Job; readonly requested: boolean }
  /** Waiting after an error. */
  | { readonly kind: 'recovering' }
  | { readonly kind: 'closed' };

/** What is to be done; by falling precedence. Doing any of it twice is harmless. */
export type Pending = {
  /** A job may wait in the graph's list. */
  readonly job: boolean;
  /** The log has another epoch than the view. */
  readonly epoch: boolean;
  /** Damaged batches of the log have been found. */
  readonly damage: boolean;
  /** Everything is to be compared. */
  readonly scan: Reason | undefined;
  /** Files that were saved. */
  readonly paths: ReadonlySet<string>;
};

export type Session = {
  readonly activity: Activity;
  readonly pending: Pending;
  readonly knowledge: Knowledge;
  /** Folders may have come that the system does not watch: the next comparison renews the watch first. */
  readonly renewalDue: boolean;
  /** Whether the root is being looked through, beside the task. */
  readonly looking: boolean;
  /** Tasks that failed in a row. */
  readonly failures: number;
};

/** How a comparison ended: the difference was appended, or is so large that it is to be announced. */
export type Compared = {
  /** Files that were found changed. */
  readonly touched: number;
  /** The log says nothing of the graph yet. */
  readonly first: boolean;
  readonly size: 'appended' | 'bulk';
  /** The view can't say what the log holds: the analysis begins with a reset. */
  readonly reset: boolean;
  readonly analysisId: string;
};

export type Event =
  /** What happens outside, at any time. */
  | { readonly kind: 'saved'; readonly paths: ReadonlySet<string> }
  /** The watcher lost events, or what changed decides about other files: anything may have changed. */
  | { readonly kind: 'changed' }
  | { readonly kind: 'job_arrived' }
  | { readonly kind: 'epoch_stepped' }
  | { readonly kind: 'damage_found' }
  | { readonly kind: 'look_due' }
  /** `outdated`: a file is not as it was last read, or nobody watches the root. */
  | { readonly kind: 'looked'; readonly outdated: boolean }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'close' }
  /** How the task ended. */
  | { readonly kind: 'started' }
  | { readonly kind: 'fetched'; readonly job: Job | undefined }
  | { readonly kind: 'judged' }
  | { readonly kind: 'folded'; readonly result: Pick<Compared, 'analysisId' | 'reset'> }
  | { readonly kind: 'compared'; readonly result: Compared }
  | { readonly kind: 'appended'; readonly result: Pick<Compared, 'size' | 'analysisId'> }
  | { readonly kind: 'analysed'; readonly end: 'completed' | 'cancelled' | 'failed' }
  /** `reloaded`: the log had lost facts that the view had folded. */
  | { readonly kind: 'failed'; readonly why: 'reloaded' | 'error' }
  | { readonly kind: 'recovered' };
export type EventOf<Kind extends Event['kind']> = Extract<Event, { readonly kind: Kind }>;

/** What the world is to do. Each but the last four begins a task, which ends with an event. */
export type Effect =
  | { readonly do: 'fetch_job' }
  | { readonly do: 'judge' }
  | { readonly do: 'fold' }
  /** `everything`: all files, not only those that changed since they were last compared. */
  | { readonly do: 'compare'; readonly everything: boolean; readonly renewWatch: boolean }
  | { readonly do: 'append'; readonly paths: ReadonlySet<string> }
  | { readonly do: 'analyse'; readonly job: Job; readonly requested: boolean }
  | { readonly do: 'wait'; readonly failures: number }
  | { readonly do: 'look' }
  | { readonly do: 'cancel' }
  | { readonly do: 'stop' };

export type Step = { readonly session: Session; readonly effects: readonly Effect[] };

export const INITIAL: Session = {
  activity: { kind: 'starting' },
  pending: { job: true, epoch: false, damage: false, scan: 'start', paths: new Set() },
  knowledge: 'unknown',
  renewalDue: false,
  looking: false,
  failures: 0,
};
