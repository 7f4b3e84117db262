import { search } from './explore.ts';
import { RULE_NAMES, rulesWithout, type RuleName } from './rules.ts';
import { SCENARIOS, type ScenarioName } from './scenarios.ts';
import { describe as tell } from './trace.ts';

/** Looked at of each scenario; those that have fewer are searched to their end. */
const STATES = 60_000;
const STATES_UNTIL_FOUND = 150_000;

/** What goes wrong without a rule, and in which scenario that is found soon. */
const COUNTEREXAMPLES: Readonly<Record<RuleName, readonly [ScenarioName, string]>> = {
  prevMustBeCursor: ['inside', 'a subscriber is sent facts with a gap before them'],
  insideOnlyInOwnEpoch: ['lagging', 'a projector goes on from a checkpoint and has another state than the log'],
  insideIsSliced: ['inside', 'a subscriber is sent a fact twice'],
  wokenChecksPrev: ['deleted', 'a projector goes on from a checkpoint and has another state than the log'],
  compareAndAppend: ['producers', 'an append is written after facts that its producer has not seen'],
  compareBatchId: ['producers', 'an append is written after facts that its producer has not seen'],
  stampedInOpenEpoch: ['failover', 'a cursor is refused that is a place in the log'],
  retryAnsweredAsFirst: ['producers', 'a retry is told that nothing was written, though it was'],
  dedupeChecksBatch: ['producers', 'an append is acknowledged that is not in the log'],
  positionIsLastAcknowledged: ['producers', 'a producer goes on from a place and has another view than the log'],
  conflictFoldsFirst: ['producers', 'a producer goes on from a place and has another view than the log'],
  stepOnServerIds: ['lagging', 'a cursor holds in a log that has other facts up to it'],
  stepOnReplid: ['backAndForth', 'a cursor holds in a log that has other facts up to it'],
  stepOnEntries: ['delivery', 'the log has a gap'],
  stepOnUnlisted: ['unlisted', 'a cursor is refused that is a place in the log'],
  unknownStartIsOrigin: ['unlisted', 'a cursor is refused that is a place in the log'],
  numberRises: ['failover', 'a cursor is refused that is a place in the log'],
  numberHasServerIds: ['failover', 'an epoch’s number is used for a second incarnation'],
  openedIsRemembered: ['forgery', 'an epoch’s number is used for a second incarnation'],
  reconcileFromStream: ['forgery', 'the log has a gap'],
  revenantsAreDropped: ['revenants', 'a cursor holds in a log that has other facts up to it'],
  contradictedIsUnlisted: ['revenants', 'a cursor is refused that is a place in the log'],
  epochsOutliveTrim: ['trimming', 'trimming takes what the second-newest snapshot needs'],
  refuseUnlessMaster: ['failover', 'a server that is no master says that a reader is caught up'],
  closedEpochEnds: ['failover', 'a cursor holds in a log that has other facts up to it'],
  everyLaterStartCounts: ['snapshots', 'a cursor holds in a log that has other facts up to it'],
  unlistedIsReplaced: ['failover', 'a cursor holds in a log that has other facts up to it'],
  notBelowOwnStart: ['forgery', 'a made-up cursor holds that is no place in the log'],
  pastHeadIsFuture: ['forgery', 'a made-up cursor holds that is no place in the log'],
  newerIsFuture: ['isolation', 'a subscriber that the log holds loses its place'],
  futureIsRetried: ['isolation', 'a subscriber that the log holds loses its place'],
  futureForLongIsReplaced: ['restore', 'a subscriber is asked to retry for ever'],
  belowFloorIsTooOld: ['snapshots', 'a cursor holds after which facts are missing'],
  emptyIsCaughtUpOnlyAtHead: ['failover', 'a subscriber believes to be caught up and has other facts than the log'],
  judgeAtTimeout: ['isolation', 'a subscriber believes to be caught up and has other facts than the log'],
  judgeOnEpochChange: ['isolation', 'a subscriber is neither sent facts nor told'],
  judgeOnReconnect: ['isolation', 'a subscriber is neither sent facts nor told'],
  trimStaysBehindSnapshots: ['trimming', 'trimming takes what the second-newest snapshot needs'],
  trimNeedsTwoSnapshots: ['trimming', 'a trimmed log can not be rebuilt'],
  onlyHoldingSnapshotsCount: ['deleted', 'a trimmed log can not be rebuilt'],
  snapshotsLieWithTheLog: ['lagging', 'a trimmed log can not be rebuilt'],
  pruneCountsHolding: ['deleted', 'a snapshot that was saved is not kept'],
  trimSparesRetries: ['retrying', 'a retry is told that nothing was written, though it was'],
};

describe('A model of the log', () => {
  for (const name of Object.keys(SCENARIOS) as ScenarioName[]) {
    it(`keeps its promise in every state searched of: ${name}`, () => {
      const found = tell(search(rulesWithout(), SCENARIOS[name], { states: STATES }));
      say(`${name}: ${found}`);
      expect(found).toMatch(/nothing goes wrong$/);
    });
  }

  for (const rule of RULE_NAMES) {
    const [scenario, wrong] = COUNTEREXAMPLES[rule];
    it(`without ${rule}: ${wrong}`, () => {
      const found = search(rulesWithout(rule), SCENARIOS[scenario], { states: STATES_UNTIL_FOUND });
      say(`without ${rule}, ${tell(found)}`);
      expect(found.counterexample?.wrong).toBe(wrong);
    });
  }
});

/** A trace is worth reading: it is why the rule is there. */
function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
