import { search } from './explore.ts';
import { rulesWithout, type RuleName } from './rules.ts';
import { SCENARIOS, type ScenarioName } from './scenarios.ts';
import { describe as tell } from './trace.ts';

const STATES = 40_000;

/** What goes wrong without a rule, and where that is found soonest. */
const COUNTEREXAMPLES: readonly (readonly [RuleName, ScenarioName, string])[] = [
  ['prevMustBeCursor', 'failover', 'a subscriber is sent facts with a gap before them'],
  ['insideOnlyInOwnEpoch', 'snapshots', 'a projector goes on from a checkpoint and has another state than the log'],
  ['compareAndAppend', 'producers', 'an append is written after facts that its producer has not seen'],
  ['compareBatchId', 'producers', 'an append is written after facts that its producer has not seen'],
  ['stampedInOpenEpoch', 'failover', 'a cursor is refused that is a place in the log'],
  ['retryAnsweredAsFirst', 'producers', 'a retry is told that nothing was written, though it was'],
  ['dedupeChecksBatch', 'producers', 'an append is acknowledged that is not in the log'],
  ['positionIsLastAcknowledged', 'producers', 'a producer goes on from a place and has another view than the log'],
  ['conflictFoldsFirst', 'producers', 'a producer goes on from a place and has another view than the log'],
  ['stepOnServerIds', 'snapshots', 'a cursor holds in a log that has other facts up to it'],
  ['stepOnEntries', 'delivery', 'the log has a gap'],
  ['numberRises', 'failover', 'a cursor is refused that is a place in the log'],
  ['numberHasServerIds', 'failover', 'an epoch’s number is used for a second incarnation'],
  ['openedIsRemembered', 'forgery', 'an epoch’s number is used for a second incarnation'],
  ['reconcileFromStream', 'forgery', 'the log has a gap'],
  ['refuseUnlessMaster', 'failover', 'a server that is no master says that a reader is caught up'],
  ['closedEpochEnds', 'failover', 'a cursor holds in a log that has other facts up to it'],
  ['everyLaterStartCounts', 'snapshots', 'a cursor holds in a log that has other facts up to it'],
  ['unlistedIsReplaced', 'snapshots', 'a cursor holds in a log that has other facts up to it'],
  ['notBelowOwnStart', 'forgery', 'a made-up cursor holds that is no place in the log'],
  ['pastHeadIsFuture', 'forgery', 'a made-up cursor holds that is no place in the log'],
  ['belowFloorIsTooOld', 'snapshots', 'a cursor holds after which facts are missing'],
  ['emptyIsCaughtUpOnlyAtHead', 'failover', 'a subscriber believes to be caught up and has other facts than the log'],
  ['judgeAtTimeout', 'failover', 'a subscriber believes to be caught up and has other facts than the log'],
  ['trimStaysBehindSnapshots', 'snapshots', 'trimming takes what the second-newest snapshot needs'],
];

describe('A model of the log', () => {
  for (const name of Object.keys(SCENARIOS) as ScenarioName[]) {
    it(`keeps its promise in every state that was searched of the scenario ${name}`, () => {
      const found = search(rulesWithout(), SCENARIOS[name], { states: STATES });
      console.log(`${name}: ${tell(found)}`);
      expect(found.counterexample === undefined ? '' : tell(found)).toBe('');
    });
  }

  for (const [rule, scenario, wrong] of COUNTEREXAMPLES) {
    it(`without ${rule}: ${wrong}`, () => {
      const found = search(rulesWithout(rule), SCENARIOS[scenario], { states: 10 * STATES });
      console.log(`without ${rule}, ${tell(found)}`);
      expect(found.counterexample?.wrong).toBe(wrong);
    });
  }
});
