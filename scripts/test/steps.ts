import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { provideChromium } from '../provide/chromium.ts';
import { providePromtool } from '../provide/promtool.ts';
import { provideRedis } from '../provide/redis.ts';
import type { Command, Step } from './step.ts';

const ROOT = join(import.meta.dirname, '../..');
const BIN = join(ROOT, 'node_modules/.bin');
const say = (text: string): void => console.log(text);

function tool(name: string, args: readonly string[], more: Partial<Command> = {}): Command {
  return { command: join(BIN, name), args, cwd: ROOT, ...more };
}

/** Specs under real Redis; `parallel` where their files do not wait for one another's processor. */
function jasmine(title: string, pattern: string, parallel: boolean): Step {
  return {
    title,
    async command() {
      if (globSync(pattern, { cwd: ROOT, exclude: ['**/node_modules/**'] }).length === 0) return undefined;
      await provideRedis(say);
      return tool('jasmine', [...(parallel ? ['--parallel=2'] : []), '--no-color', pattern]);
    },
  };
}

export const UNIT = jasmine('unit specs', '{packages,services,cli,scripts,tests/architecture,tests/ops}/**/*.spec.ts', true);

function promtool(title: string, command: readonly string[], pattern: string): Step {
  return {
    title,
    async command() {
      const { path, env } = await providePromtool(say);
      return { command: path, args: [...command, ...globSync(pattern, { cwd: ROOT }).sort()], env, cwd: ROOT };
    },
  };
}

/** In the order of what fails fastest; the first failure ends the run. */
export const ALL: readonly Step[] = [
  { title: 'formatting', command: async () => tool('prettier', ['--check', '--log-level', 'warn', '.']) },
  { title: 'lint', command: async () => tool('eslint', ['--max-warnings', '0', '.']) },
  { title: 'types', command: async () => tool('tsc', ['--noEmit', '-p', '.']) },
  {
    // Their functions run in a page: they alone see the DOM's types.
    title: 'types, end to end',
    command: async () => (existsSync(join(ROOT, 'tests/e2e/tsconfig.json')) ? tool('tsc', ['--noEmit', '-p', 'tests/e2e']) : undefined),
  },
  UNIT,
  jasmine('pipeline specs, real Redis', 'tests/pipeline/**/*.spec.ts', false),
  jasmine('faults', 'tests/faults/**/*.spec.ts', false),
  {
    title: 'dashboard specs, real Chromium',
    async command() {
      const dashboard = join(ROOT, 'dashboard');
      if (!existsSync(join(dashboard, 'angular.json'))) return undefined;
      if (globSync('src/**/*.spec.ts', { cwd: dashboard }).length === 0) return undefined;
      return tool('ng', ['test', '--no-progress'], {
        cwd: dashboard,
        env: { CHROME_BIN: await provideChromium(say), NG_CLI_ANALYTICS: 'false' },
      });
    },
  },
  {
    title: 'end to end, real browser',
    async command() {
      const config = 'tests/e2e/playwright.config.ts';
      if (!existsSync(join(ROOT, config))) return undefined;
      await provideRedis(say);
      return tool('playwright', ['test', '--config', config], { env: { CHROME_BIN: await provideChromium(say), CI: '1' } });
    },
  },
  promtool('Prometheus config and rules', ['check', 'config'], 'ops/prometheus/*.yml'),
  promtool('alert rules', ['test', 'rules'], 'ops/prometheus/tests/*.yml'),
];
