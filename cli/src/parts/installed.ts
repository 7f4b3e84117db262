import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Parts } from './parts.ts';

/** The npm package, seen from its bundled command (scripts/build/package.ts lays it out). */
const HOME = dirname(dirname(fileURLToPath(import.meta.url)));

/** The npm package that this file is bundled into. */
export const INSTALLED: Parts = {
  home: HOME,
  dashboard: join(HOME, 'dashboard'),
  ownRoot: undefined,
  services: () => Promise.resolve((name) => join(HOME, 'services', name, 'main.js')),
  buildDashboard: () => Promise.resolve('fresh'),
};
