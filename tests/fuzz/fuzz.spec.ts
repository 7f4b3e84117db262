import { runCampaign } from './campaign/campaign.ts';
import { report } from './campaign/report.ts';

const SEED = Number(process.env['GRAPHTAIL_FUZZ_SEED'] ?? 1);
const LOAD_MS = 30_000;
const GIVEN_BACK_WITHIN_MS = 40_000;

describe('What strangers send', () => {
  it('ends no process, delays no answer beyond its deadline, disturbs no subscriber, and leaves nothing open', async () => {
    const outcome = await runCampaign({
      seed: SEED,
      ms: LOAD_MS,
      only: [],
      givenBackWithinMs: GIVEN_BACK_WITHIN_MS,
      stuckPeersStay: false,
    });
    if (outcome.findings.all.length > 0) fail(`seed ${String(SEED)}\n${report(outcome)}`);
    expect(outcome.tally.total).toBeGreaterThan(500);
  }, 300_000);
});
