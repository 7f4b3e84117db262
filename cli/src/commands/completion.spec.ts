import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const MAIN = join(import.meta.dirname, '../main.ts');

function completion(shell: string): { status: number | null; stdout: string } {
  return spawnSync(process.execPath, [MAIN, 'completion', shell], { encoding: 'utf8' });
}

describe('graphtail completion', () => {
  it('completes commands, options and their choices in bash', () => {
    const script = completion('bash').stdout;
    const completed = (...words: string[]): string[] => {
      const asked = `COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${String(words.length - 1)}; _graphtail; printf '%s\\n' "\${COMPREPLY[@]}"`;
      const { stdout, stderr } = spawnSync('bash', ['-c', `${script}\n${asked}`], { encoding: 'utf8', cwd: import.meta.dirname });
      expect(stderr).toBe('');
      return stdout.trim().split('\n');
    };
    expect(completed('graphtail', 'ta')).toEqual(['tail']);
    expect(completed('graphtail', 'tail', '--fr')).toEqual(['--from']);
    expect(completed('graphtail', 'token', '--role', 'adm')).toEqual(['admin']);
    expect(completed('graphtail', 'completion', 'z')).toEqual(['zsh']);
    expect(completed('graphtail', 'analyze', 'completion.s')).toEqual(['completion.spec.ts']);
  });

  it('names every command in each shell, with nothing that the shell would read as code', () => {
    for (const shell of ['bash', 'zsh', 'fish']) {
      const { status, stdout } = completion(shell);
      expect(status).toBe(0);
      for (const name of ['up', 'analyze', 'tail', 'status', 'verify', 'replay', 'export', 'remove', 'token', 'completion'])
        expect(stdout)
          .withContext(shell)
          .toMatch(new RegExp(`\\b${name}\\b`));
      if (spawnSync(shell, ['--version']).status === 0)
        expect(spawnSync(shell, ['-n'], { input: stdout, encoding: 'utf8' }).stderr).toBe('');
    }
    expect(completion('tcsh').status).toBe(2);
  });
});
