import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { measureAnalysis } from './analysis.ts';
import { measureClient } from './client.ts';
import { measureFanout } from './fanout.ts';
import { measureFold } from './fold.ts';
import { measureHeavy } from './heavy.ts';
import { measureLargeTree } from './large-tree.ts';
import { measureLog } from './log.ts';
import type { Measurement } from './measurement.ts';
import { measureMemory } from './memory.ts';
import { measurePast } from './past.ts';
import { measureQueries } from './queries.ts';
import { measureRestart } from './restart.ts';
import { measureSave } from './save.ts';
import { measureStorm } from './storm.ts';

// npm passes on every `--` except the first.
const args = process.argv.slice(2).filter((argument) => argument !== '--');
const { values, positionals } = parseArgs({
  args,
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    checkout: { type: 'string', multiple: true, default: [] },
    codegraph: { type: 'string' },
  },
});

/** The measurements. Each prints its figures with a baseline of the same run. Only analysis and restart take input. */
const BENCHES: Readonly<Record<string, () => Promise<Measurement[]> | Measurement[]>> = {
  log: measureLog,
  fanout: measureFanout,
  client: measureClient,
  queries: measureQueries,
  fold: measureFold,
  past: measurePast,
  heavy: measureHeavy,
  save: () => measureSave(),
  restart: () => measureRestart(values.checkout[0]),
  memory: measureMemory,
  storm: measureStorm,
  'large-tree': measureLargeTree,
  analysis: () => measureAnalysis({ checkouts: values.checkout.map((path) => resolve(path)), codegraph: values.codegraph }),
};

const unknown = positionals.filter((name) => !Object.hasOwn(BENCHES, name));
if (unknown.length > 0) {
  console.error(`no bench named ${unknown.join(', ')}; there are: ${Object.keys(BENCHES).join(', ')}`);
  process.exitCode = 1;
} else {
  for (const name of positionals.length > 0 ? positionals : Object.keys(BENCHES)) {
    for (const one of await BENCHES[name]!()) console.log(values.json ? JSON.stringify(one) : line(one));
  }
}

function line({ name, value, unit, baselineName, baseline, ratio }: Measurement): string {
  return `${name.padEnd(34)} ${`${String(value)} ${unit}`.padStart(22)}   ${baselineName}: ${String(baseline)}   ratio ${String(ratio)}`;
}
