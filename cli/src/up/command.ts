import { resolve } from 'node:path';
import { CONFIG_FILE } from '@graphtail/facts';
import type { Command } from 'commander';
import type { Parts } from '../parts/parts.ts';
import { readConfigFile } from './config-file.ts';
import { checkOptions, OPTIONS, type RawOptions } from './options.ts';
import { secretIn } from '../secret.ts';
import { stopSignals } from './stop-signals.ts';
import { Terminal } from './terminal.ts';
import { up } from './up.ts';

/** `graphtail up [PATH]`, which `npm start` runs. @param host this process, passed by main.ts @param parts what is run */
export function register(program: Command, host: NodeJS.Process, parts: Parts): void {
  const command = program
    .command('up')
    .summary('run Graphtail and analyse PATH')
    .description('Starts Redis (unless one is named), ingest, projector, notifier and gateway, analyses PATH and keeps watching it.')
    .argument('[PATH]', `folder of a codebase (default: ${parts.ownRoot === undefined ? 'where you are' : 'this repository'})`);
  for (const option of OPTIONS) command.addOption(option);
  command
    .option('--config <file>', `settings (default: ${CONFIG_FILE} in PATH, or beside it); options win`)
    .option('--print-config', 'print the settings that would be used, and end');
  command.action(async (path: string | undefined, raw: RawOptions & { config?: string; printConfig?: boolean }) => {
    if (command.getOptionValueSource('insecure') === 'env') raw.insecure = isOn(host.env['GRAPHTAIL_INSECURE']);
    const base = startFolder(host);
    const ownRoot = parts.ownRoot ?? base;
    const named = raw.config === undefined ? undefined : resolve(base, raw.config);
    const config = await readConfigFile(named, path === undefined ? ownRoot : resolve(base, path));
    // What is typed, or is in a variable, wins over the file; the file wins over defaults.
    const isGiven = (name: string): boolean => ['cli', 'env'].includes(command.getOptionValueSource(name) ?? '');
    const fromFile = Object.fromEntries(Object.entries(config?.options ?? {}).filter(([name]) => !isGiven(name)));
    const checked = await checkOptions(path, { ...raw, ...fromFile }, { base, ownRoot, secret: secretIn(host.env) });
    const options = { ...checked, furtherRoots: config?.roots ?? [] };
    if (raw.printConfig === true) {
      const { secret: _, ...shown } = options;
      host.stdout.write(`${JSON.stringify({ config_file: config?.file ?? null, ...shown }, undefined, 2)}\n`);
      return;
    }
    const { stop, kill, done } = stopSignals(host);
    try {
      await up(options, { parts, terminal: new Terminal(host.stdout, host.stderr), env: host.env, stop, kill });
    } finally {
      done();
    }
  });
}

/** Commander sets a flag if its variable holds any text, even `false`. So the text is checked here. */
function isOn(text = ''): boolean {
  return /^(1|true|yes|on)$/i.test(text);
}

/** Where relative paths start: the folder in which the user typed `npm start`. npm itself changes to the package's folder. */
function startFolder(host: NodeJS.Process): string {
  const { npm_lifecycle_event: script, INIT_CWD: typedIn } = host.env;
  return script === 'start' && typedIn !== undefined ? typedIn : host.cwd();
}
