import { Command, CommanderError } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import { register as analyze } from './commands/analyze.ts';
import { register as check } from './commands/check.ts';
import { register as completion } from './commands/completion.ts';
import { register as diff } from './commands/diff.ts';
import { register as exportGraph } from './commands/export.ts';
import { register as mcp } from './commands/mcp.ts';
import { register as remove } from './commands/remove.ts';
import { register as replay } from './commands/replay.ts';
import { register as status } from './commands/status.ts';
import { register as tail } from './commands/tail.ts';
import { register as token } from './commands/token.ts';
import { register as verify } from './commands/verify.ts';
import { register as up } from './up/command.ts';
import type { Parts } from './parts/parts.ts';
import { printableLines } from './printable.ts';
import { COMMAND, UsageError, UserError } from './user-error.ts';

const FAILED = 1;
const MISUSED = 2;

/** The `graphtail` command line. @param host the process that it runs as */
export function createProgram(host: NodeJS.Process, parts: Parts): Command {
  const program = new Command(COMMAND)
    .description('A live graph of a codebase, delivered without a gap from any offset.')
    .version(manifest.version, '-v, --version')
    .showHelpAfterError('(--help lists all options)')
    .exitOverride();
  up(program, host, parts);
  for (const withParts of [analyze, check, diff]) withParts(program, host, parts);
  token(program, host);
  completion(program, host);
  for (const register of [remove, tail, status, verify, replay, exportGraph, mcp]) register(program);
  return program;
}

/** Runs the command line of `host`, and sets its exit code: 2 if it can't be understood, 1 if the command failed. */
export async function run(host: NodeJS.Process, parts: Parts): Promise<void> {
  try {
    await createProgram(host, parts).parseAsync(host.argv);
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode !== 0) host.exitCode = MISUSED; // commander has printed why
      return;
    }
    host.exitCode = error instanceof UsageError ? MISUSED : FAILED;
    if (!(error instanceof UserError)) throw error;
    host.stderr.write(`graphtail: ${printableLines(error.message)}\n`);
  }
}
