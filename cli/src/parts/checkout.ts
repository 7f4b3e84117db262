import { join } from 'node:path';
import { buildDashboard, DASHBOARD_BUILD } from '../../../scripts/build/dashboard.ts';
import { bundleOf, bundleServices } from '../../../scripts/build/services.ts';
import type { Parts } from './parts.ts';

const ROOT = join(import.meta.dirname, '../../..');

/** The checkout that this source file is in. */
export const CHECKOUT: Parts = {
  home: ROOT,
  dashboard: DASHBOARD_BUILD,
  ownRoot: ROOT,
  async services() {
    const bundled = await bundleServices();
    return (name) => (bundled ? bundleOf(name) : `services/${name}/src/main.ts`);
  },
  buildDashboard,
};
