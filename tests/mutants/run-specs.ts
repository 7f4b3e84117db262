import { join } from 'node:path';
import { counts } from '../../scripts/test/counts.ts';
import { runCommand } from '../../scripts/test/run-command.ts';
import type { RepositoryCopy } from './repository-copy.ts';

/** A mutant that makes a spec wait for ever ends by that spec's own limit before this. */
const WITHIN_MS = 120_000;

export type SpecRun = { readonly seconds: number } & (
  | { readonly kind: 'green' }
  /** A spec failed. */
  | { readonly kind: 'red'; readonly title: string }
  /** No spec failed, but the run did not come to its end: it says nothing of the mutant. */
  | { readonly kind: 'broken'; readonly output: string }
);

/** Runs spec files in a copy of the repository up to the first that fails. */
export async function runSpecs(copy: RepositoryCopy, files: readonly string[]): Promise<SpecRun> {
  const started = performance.now();
  const args = [join(copy.path, 'node_modules/jasmine/bin/jasmine.js'), '--no-color', '--random=false', '--fail-fast', ...files];
  const { code, output } = await runCommand({ command: process.execPath, args, cwd: copy.path, withinMs: WITHIN_MS }, false);
  const seconds = (performance.now() - started) / 1000;
  const { passed, failed } = counts(output);
  if (code === 0 && failed === 0 && passed > 0) return { kind: 'green', seconds };
  const title = /^1\) (.+)$/m.exec(output)?.[1];
  return failed > 0 && title !== undefined ? { kind: 'red', title, seconds } : { kind: 'broken', output, seconds };
}
