import type { Command } from 'commander';
import { ROOT } from '../root.ts';
import { checkOptions, OPTIONS, type RawOptions } from './options.ts';
import { Terminal } from './terminal.ts';
import { up } from './up.ts';

/** `graphtail up [PATH]`, which `npm start` runs. */
export function register(program: Command, process: NodeJS.Process): void {
  const command = program
    .command('up')
    .summary('run Graphtail and analyse PATH')
    .description('Starts Redis (unless one is named), ingest, projector, notifier and the front door, analyses PATH and keeps watching it.')
    .argument('[PATH]', 'folder of a codebase (default: this repository)');
  for (const option of OPTIONS) command.addOption(option);
  command.action(async (path: string | undefined, raw: RawOptions) => {
    const options = await checkOptions(path, raw, startFolder(process), ROOT);
    const stop = new AbortController();
    const kill = new AbortController();
    const onSignal = (): void => (stop.signal.aborted ? kill : stop).abort();
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
    for (const signal of signals) process.on(signal, onSignal);
    try {
      await up(options, { terminal: new Terminal(process.stdout, process.stderr), env: process.env, stop: stop.signal, kill: kill.signal });
    } finally {
      for (const signal of signals) process.off(signal, onSignal);
    }
  });
}

/** Where relative paths start: the folder in which the user typed `npm start`, which npm leaves for the package's own. */
function startFolder({ env, cwd }: NodeJS.Process): string {
  return env['npm_lifecycle_event'] === 'start' && env['INIT_CWD'] !== undefined ? env['INIT_CWD'] : cwd();
}
