import { Command } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import { register as analyze } from './commands/analyze.ts';
import { register as exportGraph } from './commands/export.ts';
import { register as remove } from './commands/remove.ts';
import { register as replay } from './commands/replay.ts';
import { register as status } from './commands/status.ts';
import { register as tail } from './commands/tail.ts';
import { register as token } from './commands/token.ts';
import { register as verify } from './commands/verify.ts';
import { register as up } from './up/command.ts';
import { printableLines } from './printable.ts';
import { UserError } from './user-error.ts';

const program = new Command('graphtail')
  .description('A live graph of a codebase, delivered without a gap from any offset.')
  .version(manifest.version)
  .showHelpAfterError('(--help lists all options)');

for (const register of [up, token]) register(program, process);
for (const register of [analyze, remove, tail, status, verify, replay, exportGraph]) register(program);

try {
  await program.parseAsync(process.argv);
} catch (error) {
  process.exitCode = 1;
  if (!(error instanceof UserError)) throw error;
  process.stderr.write(`graphtail: ${printableLines(error.message)}\n`);
}
