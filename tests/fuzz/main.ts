import { parseArgs } from 'node:util';
import { FUZZER_NAMES, runCampaign } from './campaign/campaign.ts';
import { report } from './campaign/report.ts';

const USAGE = `npm run fuzz -- [--minutes N] [--seed N] [--only NAME]…

Sends to the whole product what nobody should, for N minutes (default 10): first the examples that are kept, then what the seed makes up. Ends with
1 if anything was found. --only: ${FUZZER_NAMES.join(', ')}. The seed repeats what is sent, not the timing.`;

const MINUTE_MS = 60_000;
/** Rule S9b of docs/PROTOCOL.md gives a subscriber that takes nothing 60 s, and a tunnel closes 30 s after its service did. */
const GIVEN_BACK_WITHIN_MS = 100_000;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string' },
    only: { type: 'string', multiple: true, default: [] },
    help: { type: 'boolean' },
  },
});
const minutes = Number(values.minutes);
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
if (values.help === true || !(minutes > 0) || !Number.isSafeInteger(seed) || values.only.some((name) => !FUZZER_NAMES.includes(name))) {
  console.log(USAGE);
  process.exit(values.help === true ? 0 : 2);
}
console.log(`seed ${String(seed)} · ${String(minutes)} minutes · ${(values.only.length === 0 ? FUZZER_NAMES : values.only).join(', ')}\n`);
const outcome = await runCampaign({
  seed,
  ms: minutes * MINUTE_MS,
  only: values.only,
  givenBackWithinMs: GIVEN_BACK_WITHIN_MS,
  stuckPeersStay: true,
});
console.log(report(outcome));
process.exit(outcome.findings.all.length === 0 ? 0 : 1);
