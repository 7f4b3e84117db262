import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { provideChromium } from '../provide/chromium.ts';
import { ALERTMANAGER, PROMTOOL, provide } from '../provide/packaged.ts';
import { provideRedis } from '../provide/redis.ts';
import type { Command } from './run-command.ts';
import type { Step } from './step.ts';

const ROOT = join(import.meta.dirname, '../..');
const BIN = join(ROOT, 'node_modules/.bin');
const say = (text: string): void => console.log(text);

function tool(name: string, args: readonly string[], more: Partial<Command> = {}): Command {
  return { command: join(BIN, name), args, cwd: ROOT, ...more };
}

function jasmine(pattern: string, args: readonly string[] = []): Command[] {
  const found = globSync(pattern, { cwd: ROOT, exclude: ['**/node_modules/**'] });
  return found.length === 0 ? [] : [tool('jasmine', ['--no-color', ...args, pattern], { title: pattern, specs: true })];
}

/** The specs of a workspace run in one process, so they share no servers with others. The longest come first. */
const SPECS = [
  'services/ingest/**/*.spec.ts',
  'tests/{architecture,model,ops,support}/**/*.spec.ts',
  'packages/analysis/**/*.spec.ts',
  'services/projector/**/*.spec.ts',
  'packages/log/**/*.spec.ts',
  'packages/runtime/**/*.spec.ts',
  'services/notifier/**/*.spec.ts',
  'cli/**/*.spec.ts',
  'packages/client/**/*.spec.ts',
  'services/gateway/**/*.spec.ts',
  'packages/facts/**/*.spec.ts',
  'scripts/**/*.spec.ts',
];

export const UNIT: Step = {
  title: 'unit specs',
  async commands() {
    await provideRedis(say);
    return SPECS.flatMap((pattern) => jasmine(pattern));
  },
};

/** Specs of several parts at once, one folder after the other. */
function together(title: string, folder: string, args: readonly string[] = []): Step {
  return {
    title,
    async commands() {
      const commands = jasmine(`${folder}/**/*.spec.ts`, args);
      if (commands.length > 0) await provideRedis(say);
      if (folder === 'tests/pipeline') await provide(ALERTMANAGER, say);
      return commands;
    },
  };
}

function promtool(title: string, command: readonly string[], pattern: string): Step {
  return {
    title,
    async commands() {
      const { path, env } = await provide(PROMTOOL, say);
      return [{ command: path, args: [...command, ...globSync(pattern, { cwd: ROOT }).sort()], env, cwd: ROOT }];
    },
  };
}

/** In the order of what fails fastest; the first failure ends the run. */
export const ALL: readonly Step[] = [
  { title: 'formatting', commands: async () => [tool('prettier', ['--check', '--log-level', 'warn', '.'])] },
  { title: 'lint', commands: async () => [tool('eslint', ['--max-warnings', '0', '.'])] },
  {
    // The browser tests apart: their functions run in a page, so they alone see the DOM's types.
    title: 'types',
    commands: async () =>
      ['.', 'tests/e2e']
        .filter((project) => existsSync(join(ROOT, project, 'tsconfig.json')))
        .map((project) => tool('tsc', ['--noEmit', '-p', project], { title: project })),
  },
  UNIT,
  together('pipeline specs, real Redis', 'tests/pipeline'),
  together('the API against its description', 'tests/api'),
  together('the npm package', 'tests/package'),
  // One product bears them all, one after the other: in one order, so that a failure comes again. The soak shuffles them.
  together('faults', 'tests/faults', ['--random=false']),
  together('fuzzers, short form', 'tests/fuzz'),
  {
    title: 'dashboard specs, real Chromium',
    async commands() {
      const dashboard = join(ROOT, 'dashboard');
      if (!existsSync(join(dashboard, 'angular.json'))) return [];
      if (globSync('src/**/*.spec.ts', { cwd: dashboard }).length === 0) return [];
      const env = { CHROME_BIN: await provideChromium(say), NG_CLI_ANALYTICS: 'false' };
      return [tool('ng', ['test', '--no-progress'], { cwd: dashboard, env })];
    },
  },
  {
    title: 'end to end, real browser',
    async commands() {
      const config = 'tests/e2e/playwright.config.ts';
      if (!existsSync(join(ROOT, config))) return [];
      await provideRedis(say);
      return [tool('playwright', ['test', '--config', config], { env: { CHROME_BIN: await provideChromium(say), CI: '1' } })];
    },
  },
  promtool('Prometheus config and rules', ['check', 'config'], 'ops/prometheus/*.yml'),
  promtool('alert rules', ['test', 'rules'], 'ops/prometheus/tests/*.yml'),
];
