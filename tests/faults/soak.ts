import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { FAULT_CLASSES } from './classes/index.ts';
import type { Fault } from './classes/fault.ts';
import { Random } from './rig/random.ts';
import { Rig } from './rig/rig.ts';
import { settle } from './rig/settle.ts';
import { summary } from './rig/summary.ts';

const USAGE = `npm run soak -- [--minutes N] [--seed N] [--only TEXT]…

Injects faults into the whole product for N minutes (default 10): each fault of tests/faults/classes once, in an order that the seed decides, then
again and at random. After each, everything comes to rest and is compared. The first difference ends the run with 1. --only: faults whose class or
title holds TEXT, or one of several. The seed repeats the choices, not the timing.`;

type Named = { readonly name: string; readonly fault: Fault };

/** Every fault once, shuffled, for ever. */
function* rounds(faults: readonly Named[], random: Random): Generator<Named> {
  for (;;) {
    const left = [...faults];
    while (left.length > 0) yield left.splice(random.between(0, left.length - 1), 1)[0]!;
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string' },
    only: { type: 'string', multiple: true, default: [''] },
    help: { type: 'boolean' },
  },
});
const minutes = Number(values.minutes);
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
const chosen = FAULT_CLASSES.flatMap(({ name, faults }) => faults.map((fault) => ({ name, fault }))).filter(({ name, fault }) =>
  values.only.some((text) => `${name}: ${fault.title}`.includes(text)),
);
if (values.help === true || !(minutes > 0) || !Number.isSafeInteger(seed) || chosen.length === 0) {
  console.log(USAGE);
  process.exit(values.help === true ? 0 : 2);
}

console.log(`seed ${String(seed)} · ${String(minutes)} minutes · ${String(chosen.length)} faults to choose from\n`);
console.log('    time   fault   equal');
const began = Date.now();
const rig = await Rig.start({ seed });
const injected = new Map<string, number>();
let verdict: Error | undefined;
let current = '';
try {
  for (const { name, fault } of rounds(chosen, new Random(seed))) {
    const started = Date.now();
    current = `${name}: ${fault.title}`;
    await fault.inject(rig);
    injected.set(name, (injected.get(name) ?? 0) + 1);
    await wait(rig.random.between(0, 300));
    const struckAt = Date.now();
    await settle(rig);
    const equalAfter = Date.now() - struckAt;
    rig.equalAfter.set(name, [...(rig.equalAfter.get(name) ?? []), equalAfter]);
    const columns = [started - began, struckAt - started, equalAfter].map((ms) => seconds(ms).padStart(8));
    console.log(`${columns.join('')}  ${current}`);
    if (Date.now() - began > minutes * 60_000) break;
  }
  if (rig.checked.receipts === 0) throw new Error('no client could ever prove what it had received');
} catch (error) {
  verdict = error as Error;
  console.log(`\n✗ ${current}, after ${seconds(Date.now() - began)}\n${verdict.stack ?? verdict.message}`);
} finally {
  console.log(`\n${summary(rig, { seed, injected, ms: Date.now() - began, failed: verdict !== undefined })}`);
  if (verdict !== undefined) console.log(`\nthe product's last words\n${rig.pipeline.output().split('\n').slice(-40).join('\n')}`);
  await rig.close();
}
process.exitCode = verdict === undefined ? 0 : 1;
