/** The rules of the log that the search can take out, one at a time, and what each says. */
export const RULES = {
  // Batches: docs/adr/0015
  prevMustBeCursor: 'a batch continues a cursor only if its prev is the cursor; anything else is judged',
  insideOnlyInOwnEpoch: 'a cursor lies inside a batch only if it has the epoch of the batch',
  insideIsSliced: 'if a batch contains the cursor, the facts up to the cursor are left out',
  wokenChecksPrev: 'what a blocked read returns is passed on only if it continues the cursor',
  // Appends: docs/adr/0016
  compareAndAppend: 'an append is written only at the head that it expects',
  compareBatchId: 'the head must end the batch that the producer knows',
  stampedInOpenEpoch: 'an append is written only in the open epoch',
  retryAnsweredAsFirst: 'a retry of an append that was written gets the first answer',
  dedupeChecksBatch: 'the entry after the expected head answers a retry only if it is the retry’s own batch',
  positionIsLastAcknowledged: 'after a conflict, the last acknowledged place is judged, never a predicted one',
  conflictFoldsFirst: 'after a conflict, the producer folds what it has not seen, then appends again',
  // Epochs: docs/adr/0017
  stepOnServerIds: 'an epoch opens if run_id or master_replid has changed',
  stepOnReplid: 'an epoch opens if master_replid has changed, even if run_id has not',
  stepOnEntries: 'an epoch opens if the stream’s number of entries is not the metadata’s',
  stepOnUnlisted: 'an epoch opens if the open one is not listed',
  unknownStartIsOrigin: 'if the list was lost, the floor’s epoch is listed as starting at the origin',
  numberRises: 'an epoch’s number is higher than every known one, whatever the clock says',
  numberHasServerIds: 'an epoch’s number includes a hash of the server’s two ids',
  openedIsRemembered: 'a Redis process remembers the newest epoch that it opened, apart from the keys',
  reconcileFromStream: 'a step takes the head from the stream’s last entry',
  revenantsAreDropped: 'a step deletes batches past the end of their epoch',
  contradictedIsUnlisted: 'a step unlists epochs newer than the metadata’s, and epochs contradicted by a later one that began earlier',
  epochsOutliveTrim: 'the list of epochs outlives trimming',
  refuseUnlessMaster: 'functions refuse unless the server is a master',
  // Judging: docs/adr/0018
  closedEpochEnds: 'a cursor past the end of a closed epoch is LOG_TRUNCATED',
  everyLaterStartCounts: 'a closed epoch ends at the earliest start of all later ones',
  unlistedIsReplaced: 'a cursor in an epoch that is not listed is STREAM_REPLACED',
  notBelowOwnStart: 'a cursor before the start of its own epoch is STREAM_REPLACED',
  pastHeadIsFuture: 'a cursor in the open epoch past the head is CURSOR_IN_FUTURE',
  newerIsFuture: 'a cursor in an epoch newer than any known is CURSOR_IN_FUTURE',
  futureIsRetried: 'CURSOR_IN_FUTURE is retried, because an isolated old master may have answered',
  futureForLongIsReplaced: 'a client that gets CURSOR_IN_FUTURE for 60 s treats it as STREAM_REPLACED',
  belowFloorIsTooOld: 'a cursor below the floor is CURSOR_TOO_OLD',
  // Readers: docs/adr/0018
  emptyIsCaughtUpOnlyAtHead: 'an empty page means caught up only if the cursor is the head in the same call',
  judgeAtTimeout: 'a reader checks at each timeout of its blocked read',
  judgeOnEpochChange: 'cursors are judged again whenever the epoch is not the one under which they were judged',
  judgeOnReconnect: 'cursors are judged again whenever the judging connection is a new one',
  // Snapshots and trimming: docs/adr/0020
  trimStaysBehindSnapshots: 'trimming never passes the second-newest snapshot',
  trimNeedsTwoSnapshots: 'nothing is trimmed while there are fewer than two snapshots',
  onlyHoldingSnapshotsCount: 'a snapshot whose offset is no place in the log does not count for trimming',
  snapshotsLieWithTheLog: 'snapshots are lost or kept together with the log',
  pruneCountsHolding: 'snapshots whose offset is no place in the log are deleted before the kept ones are counted',
  trimSparesRetries: 'trimming never passes an entry younger than the longest retry of an append',
} as const satisfies Readonly<Record<string, string>>;

export type RuleName = keyof typeof RULES;
export type Rules = Readonly<Record<RuleName, boolean>>;

export const RULE_NAMES = Object.keys(RULES) as RuleName[];

export function rulesWithout(...names: RuleName[]): Rules {
  return Object.fromEntries(RULE_NAMES.map((name) => [name, !names.includes(name)])) as Rules;
}
