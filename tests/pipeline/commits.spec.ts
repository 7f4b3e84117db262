import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CLI = new URL('../../cli/src/main.ts', import.meta.url).pathname;
const WITHIN_MS = 150_000;

describe('In CI', () => {
  let home: string;
  let root: string;

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'graphtail-ci-spec-'));
    root = join(home, 'code');
    write('graphtail.config.json', JSON.stringify({ rules: [{ name: 'features', apart: 'features/*' }] }));
    write('features/login/user.ts', 'export const user = 1;\nexport function old() {}\n');
    write('features/cart/cart.ts', 'export const cart = 1;\n');
    git('init', '-q', '-b', 'main');
    git('add', '-A');
    git('commit', '-q', '-m', 'base');
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  function write(path: string, text: string): void {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  }

  function git(...args: string[]): string {
    const who = ['-c', 'user.name=spec', '-c', 'user.email=spec@localhost', '-c', 'commit.gpgsign=false'];
    return execFileSync('git', [...who, ...args], { cwd: root, encoding: 'utf8' });
  }

  function graphtail(...args: string[]) {
    const env = { ...process.env, TMPDIR: home, NO_COLOR: '1' };
    return spawnSync(process.execPath, [CLI, ...args], { cwd: root, env, encoding: 'utf8', timeout: WITHIN_MS });
  }

  it(
    'graphtail diff says what a commit does to the graph, and touches neither the work tree nor the index',
    () => {
      write('features/cart/cart.ts', "import { user } from '../login/user.ts';\nexport const cart = user;\n");
      write('features/login/user.ts', 'export const user = 1;\n');
      git('commit', '-q', '-a', '-m', 'head');
      write('features/cart/cart.ts', 'unfinished');
      const before = git('status', '--porcelain');

      const { status, stdout, stderr } = graphtail('diff', 'HEAD~1', 'HEAD', '--format', 'json');
      expect(status).withContext(stderr).toBe(0);
      const report = JSON.parse(stdout);
      expect([report.base, report.head]).toEqual([git('rev-parse', 'HEAD~1').trim(), git('rev-parse', 'HEAD').trim()]);
      expect(report.files).toEqual({ added: [], updated: ['features/cart/cart.ts', 'features/login/user.ts'], deleted: [] });
      expect(report.nodes.deleted).toEqual(['features/login/user.ts#old']);
      expect(report.rules.violated.map((each: { rule: string }) => each.rule)).toEqual(['features']);
      expect(git('status', '--porcelain')).toBe(before);
      expect(readdirSync(home)).toEqual(['code']);
    },
    WITHIN_MS,
  );

  it(
    'graphtail diff ends with 1 if a revision is no commit, before anything is analysed',
    () => {
      const { status, stderr } = graphtail('diff', 'nowhere');
      expect([status, stderr]).toEqual([1, jasmine.stringContaining('nowhere is no commit')]);
      expect(graphtail('diff', '--output=/tmp/x').status).toBe(2);
    },
    WITHIN_MS,
  );

  it(
    'graphtail check prints what violates the rules and ends with 1; with 0 if nothing does',
    () => {
      expect(graphtail('check', '.').status).toBe(0);
      write('features/cart/cart.ts', "import { user } from '../login/user.ts';\nexport const cart = user;\n");
      const { status, stdout } = graphtail('check', '.');
      expect([status, stdout]).toEqual([1, jasmine.stringContaining('features: features/cart/cart.ts imports features/login/user.ts')]);
    },
    WITHIN_MS * 2,
  );
});
