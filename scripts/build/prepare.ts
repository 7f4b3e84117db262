import { join } from 'node:path';
import { buildDashboard } from './dashboard.ts';
import { bundleServices } from './services.ts';

/**
 * Builds everything that `npm start` serves and runs, so that the first start finds it. If the dashboard can't be built, this is printed,
 * and the first start tries again.
 */
export async function prepare(): Promise<void> {
  const log = join(import.meta.dirname, '../../dashboard/build.log');
  const [dashboard] = await Promise.all([
    buildDashboard({ log, env: process.env, signal: new AbortController().signal, onBuild: () => undefined }),
    bundleServices(),
  ]);
  if (dashboard === 'failed') console.error(`graphtail: the dashboard could not be built; see ${log}`);
}
