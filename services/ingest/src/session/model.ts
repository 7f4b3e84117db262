import type { Job } from '@graphtail/log';

/** Why everything is compared. If an analysis follows, the text is its `reason`. */
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
  back: 'the folder can be read again',
  committed: 'another commit is checked out',
  unended: 'the last analysis was not completed',
} as const;
export type Reason = keyof typeof REASONS;

/** What is known about the difference between source and log, apart from pending changes. */
export type Knowledge =
  /** Anything may differ. */
  | 'unknown'
  /** Nothing else differs. */
  | 'in_step'
  /** An analysis was cancelled. Differences stay until a client requests an analysis or a user saves a file. */
  | 'resting';

/** The one task that is under way. */
export type Activity =
  /** The watch begins, so that changes from now on are reported. */
  | { readonly kind: 'starting' }
  | { readonly kind: 'idle' }
  /** The next job is being read from the graph's list. */
  | { readonly kind: 'fetching' }
  /** The log judges the view's position. */
  | { readonly kind: 'judging' }
  /** The log is being folded as by a reader that begins with nothing, because batches of it are damaged. */
  | { readonly kind: 'folding' }
  /** Source and log are being compared, and a small difference is appended. */
  | { readonly kind: 'reconciling'; readonly reason: Reason; readonly renewing: boolean }
  /** The facts that follow from saved files are being appended. */
  | { readonly kind: 'appending' }
  /** An analysis that the log announces. `requested`: the job waits in the graph's list until it is done. */
  | { readonly kind: 'analysing'; readonly job: Job; readonly requested: boolean }
  /** Waiting after an error. */
  | { readonly kind: 'recovering' }
  | { readonly kind: 'closed' };

/** Pending tasks, in the order in which they are done. Each can be done twice without harm. */
export type Pending = {
  /** A job may wait in the graph's list. */
  readonly job: boolean;
  /** The log has another epoch than the view. */
  readonly epoch: boolean;
  /** Damaged batches of the log have been found. */
  readonly damage: boolean;
  /** Why everything has to be compared; undefined if nothing requires it. */
  readonly scan: Reason | undefined;
  /** Paths of saved files, whose facts are not appended yet. */
  readonly paths: ReadonlySet<string>;
};

export type Session = {
  readonly activity: Activity;
  readonly pending: Pending;
  readonly knowledge: Knowledge;
  /** There may be new folders that the system does not watch. The next comparison renews the watch first. */
  readonly renewalDue: boolean;
  /** Whether a look through the root is under way, in parallel with the task. */
  readonly looking: boolean;
  /** Tasks that failed in a row. */
  readonly failures: number;
};

/** How a comparison ended: the difference was appended, or it is so large that an analysis has to announce it. */
export type Compared = {
  /** Files that were found changed. */
  readonly touched: number;
  /** The log holds no node of the graph yet. */
  readonly first: boolean;
  /** The log's newest analysis was not completed, so another has to follow. `back`: it failed because the root could not be read. */
  readonly owed: 'back' | 'unended' | undefined;
  readonly size: 'appended' | 'bulk';
  /** The view does not know what the log holds, so the analysis begins with a reset. */
  readonly reset: boolean;
  readonly analysisId: string;
};

export type Event =
  /** Events from outside, up to `close`. They can happen at any time. */
  | { readonly kind: 'saved'; readonly paths: ReadonlySet<string> }
  /** The watcher lost events, or the changed path decides about other files: anything may have changed. */
  | { readonly kind: 'changed' }
  | { readonly kind: 'job_arrived' }
  | { readonly kind: 'epoch_stepped' }
  | { readonly kind: 'damage_found' }
  /** Another commit is checked out. */
  | { readonly kind: 'commit_moved' }
  | { readonly kind: 'look_due' }
  /** `outdated`: a file differs from when it was last read, or the root is not watched. */
  | { readonly kind: 'looked'; readonly outdated: boolean }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'close' }
  /** The end of the task under way: this event and all below. */
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

/** What the session has to carry out. Each effect begins a task, which ends with an event, apart from the last three. */
export type Effect =
  | { readonly do: 'fetch_job' }
  | { readonly do: 'judge' }
  | { readonly do: 'fold' }
  /** `everything`: compare all files, not only files that changed since the last comparison. */
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
