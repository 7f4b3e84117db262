import type { Command } from './run-command.ts';
import { secondRun } from './second-run.ts';

const command: Command = { command: 'jasmine', args: ['--no-color', 'packages/**/*.spec.ts'], cwd: '/clone', specs: true };
const failed = `1) A log keeps what it says
  Message:
    Expected 1 to be 2.
  Stack:
        at <Jasmine>
        at UserContext.<anonymous> (file:///clone/packages/log/src/append.spec.ts:73:34)
        at UserContext.<anonymous> (file:///clone/packages/log/src/append.spec.ts:75:44)

3 specs, 1 failure
`;

describe('A second run', () => {
  it('runs the files in which a spec failed', () => {
    expect(secondRun(command, failed)?.args).toEqual(['--no-color', 'packages/log/src/append.spec.ts']);
  });

  it('is not made for a failure that is not chance: a counterexample of a property, a difference after a fault, a crash, another tool', () => {
    expect(secondRun(command, `${failed}Error: Property failed after 3 tests`)).toBeUndefined();
    expect(secondRun(command, `${failed}Error: seed 1: 2 differences\n`)).toBeUndefined();
    expect(secondRun(command, 'SyntaxError\n at file:///clone/packages/log/src/append.spec.ts:1')).toBeUndefined();
    expect(secondRun({ ...command, specs: undefined }, failed)).toBeUndefined();
  });
});
