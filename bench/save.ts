import { watch } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { connect } from '@graphtail/client';
import { startPipeline } from '../tests/support/pipeline.ts';
import { measurement, median, quantile, type Measurement } from './measurement.ts';

const EDITS = 100;
const FILE = 'src/cart/cart.ts';

/**
 * From a saved file to its facts at a subscriber of the running product, against what the operating system
 * takes to tell a bare watcher of the same save.
 * @param source a code base, of which a copy is edited; default: the small shop of the specs
 * @param file the file in it that is saved again and again
 */
export async function measureSave(source?: string, file = FILE): Promise<Measurement[]> {
  const pipeline = await startPipeline(source === undefined ? {} : { source });
  const subscription = connect({ url: pipeline.url, graph: pipeline.graph, from: 'earliest' });
  let arrived = (_at: number): void => undefined;
  const completed = new Promise<void>((resolve) => {
    subscription.on((event) => {
      if (event.type !== 'facts') return;
      if (event.facts.some((fact) => fact.event_type === 'analysis_completed')) resolve();
      if (event.facts.some((fact) => fact.event_type === 'node_updated' && fact.entity_id === file)) arrived(performance.now());
    });
  });
  await completed;
  const path = join(pipeline.root, file);
  const text = await readFile(path, 'utf8');
  const [delivered, told]: [number[], number[]] = [[], []];
  let saved = 0;
  const bare = watch(path, () => {
    if (told.length < delivered.length + 1) told.push(performance.now() - saved);
  });
  for (let edit = 0; edit < EDITS; edit++) {
    const arrival = new Promise<number>((resolve) => (arrived = resolve));
    saved = performance.now();
    await writeFile(path, `${text}\n// ${String(edit)}\n`);
    delivered.push((await arrival) - saved);
    await wait(600 + Math.random() * 100); // as often as people save: the watcher delays events that come faster than twice a second
  }
  bare.close();
  await subscription.close();
  await pipeline.stop();
  return [
    measurement('save to subscriber, median', median(delivered), 'ms', 'bare fs.watch', median(told)),
    measurement('save to subscriber, p95', quantile(delivered, 0.95), 'ms', 'bare fs.watch', quantile(told, 0.95)),
  ];
}
