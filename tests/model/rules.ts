/** The rules of the log that the search can take out, one at a time, and what each says. */
export const RULES = {
  // Batches: docs/adr/0015
  prevMustBeCursor: 'a batch continues a cursor only if its prev is the cursor; anything else is judged',
  insideOnlyInOwnEpoch: 'a cursor lies inside a batch only if it has the epoch of the batch',
  insideIsSliced: 'of a batch that holds the cursor, the facts up to it are left out',
  wokenChecksPrev: 'what a blocked read brings is passed on only where it continues the cursor',
  // Appends: docs/adr/0016
  compareAndAppend: 'an append is written only after the head that it expects',
  compareBatchId: 'the head has to be written by the batch that the producer knows',
  stampedInOpenEpoch: 'an append is written only in the open epoch',
  retryAnsweredAsFirst: 'a retry of an append that was written is answered as the first try was',
  dedupeChecksBatch: 'what follows the expected head is a retry’s own only if it is its batch',
  positionIsLastAcknowledged: 'after a conflict the last acknowledged place is judged, never a predicted one',
  conflictFoldsFirst: 'after a conflict the producer folds what it has not seen before it appends again',
  // Epochs: docs/adr/0017
  stepOnServerIds: 'an epoch opens where run_id or master_replid is another one',
  stepOnReplid: 'an epoch opens where master_replid is another one, though run_id is the same',
  stepOnEntries: 'an epoch opens where the stream has not as many entries as the metadata says',
  stepOnUnlisted: 'an epoch opens where the open one is not listed',
  unknownStartIsOrigin: 'where the list was lost, the floor’s epoch is listed from the origin',
  numberRises: 'an epoch’s number is above every one known, whatever the clock says',
  numberHasServerIds: 'an epoch’s number has a hash of the server’s two ids',
  openedIsRemembered: 'a process remembers the newest epoch that it opened, beside the keys',
  reconcileFromStream: 'a step takes the head from the stream’s last entry',
  revenantsAreDropped: 'a step drops the batches past the end of their epoch',
  contradictedIsUnlisted: 'a step unlists an epoch above the metadata’s, or that a later one went past the start of',
  epochsOutliveTrim: 'the list of epochs outlives trimming',
  refuseUnlessMaster: 'functions refuse unless the server is a master',
  // Judging: docs/adr/0018
  closedEpochEnds: 'a cursor past the end of a closed epoch is LOG_TRUNCATED',
  everyLaterStartCounts: 'a closed epoch ends where the earliest of all later ones started',
  unlistedIsReplaced: 'a cursor in an epoch that is not listed is STREAM_REPLACED',
  notBelowOwnStart: 'a cursor before the start of its own epoch is STREAM_REPLACED',
  pastHeadIsFuture: 'a cursor in the open epoch past the head is CURSOR_IN_FUTURE',
  newerIsFuture: 'a cursor in an epoch newer than any known is CURSOR_IN_FUTURE',
  futureIsRetried: 'CURSOR_IN_FUTURE is retried, since an isolated old master may have said it',
  futureForLongIsReplaced: 'who is told CURSOR_IN_FUTURE for 60 s takes it as STREAM_REPLACED',
  belowFloorIsTooOld: 'a cursor below the floor is CURSOR_TOO_OLD',
  // Readers: docs/adr/0018
  emptyIsCaughtUpOnlyAtHead: 'an empty page means caught up only if the cursor is the head in the same call',
  judgeAtTimeout: 'a reader checks at each time-out of its blocked read',
  judgeOnEpochChange: 'whenever the epoch is not the one they last judged under, cursors are judged again',
  judgeOnReconnect: 'whenever the connection that judges is a new one, cursors are judged again',
  // Snapshots and trimming: docs/adr/0020
  trimStaysBehindSnapshots: 'trimming never passes the second-newest snapshot',
  trimNeedsTwoSnapshots: 'nothing is trimmed while there are fewer than two snapshots',
  onlyHoldingSnapshotsCount: 'a snapshot that is no place in the log does not count for trimming',
  snapshotsLieWithTheLog: 'snapshots are lost or kept together with the log',
  pruneCountsHolding: 'snapshots that are no place in the log go before those that are kept are counted',
  trimSparesRetries: 'trimming never passes an entry younger than the longest retry of an append',
} as const satisfies Readonly<Record<string, string>>;

export type RuleName = keyof typeof RULES;
export type Rules = Readonly<Record<RuleName, boolean>>;

export const RULE_NAMES = Object.keys(RULES) as RuleName[];

export function rulesWithout(...names: RuleName[]): Rules {
  return Object.fromEntries(RULE_NAMES.map((name) => [name, !names.includes(name)])) as Rules;
}
