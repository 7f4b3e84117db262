import { Command } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import { register as registerUp } from './up/command.ts';
import { UserError } from './user-error.ts';

const program = new Command('graphtail')
  .description('A live graph of a codebase, delivered without a gap from any offset.')
  .version(manifest.version)
  .showHelpAfterError('(--help lists all options)');

registerUp(program, process);

try {
  await program.parseAsync(process.argv);
} catch (error) {
  process.exitCode = 1;
  if (!(error instanceof UserError)) throw error;
  process.stderr.write(`graphtail: ${error.message}\n`);
}
