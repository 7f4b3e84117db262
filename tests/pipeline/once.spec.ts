import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CLI = new URL('../../cli/src/main.ts', import.meta.url).pathname;
const SHOP = new URL('../fixtures/shop', import.meta.url).pathname;

describe('graphtail analyze --once', () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'graphtail-once-spec-'));
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  function once(...args: string[]) {
    const env = { ...process.env, TMPDIR: home, NO_COLOR: '1' };
    return spawnSync(process.execPath, [CLI, 'analyze', '--once', ...args], { cwd: home, env, encoding: 'utf8', timeout: 90_000 });
  }

  it('analyses, exports, sums up with what it passed over, and leaves no process and no file but the export', () => {
    cpSync(SHOP, join(home, 'shop'), { recursive: true });
    writeFileSync(join(home, 'shop/Main.elm'), '');
    const { status, stdout, stderr } = once('shop', '--export', 'graph.ndjson');
    expect(status).withContext(stderr).toBe(0);
    expect(stdout).toMatch(/^✓ shop: \d+ nodes, \d+ relationships; \d+ changes in .* s; 1 did not parse; 1 \.elm skipped: no reader\n$/);
    const [first = '', ...lines] = readFileSync(join(home, 'graph.ndjson'), 'utf8').trim().split('\n');
    const { node_count, relationship_count } = JSON.parse(first) as Record<string, number>;
    expect(lines.length).toBe(node_count! + relationship_count!);
    expect(stdout).toContain(`${String(node_count)} nodes, ${String(relationship_count)} relationships`);
    expect(readdirSync(home).sort()).toEqual(['graph.ndjson', 'shop']);
    const left = readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && commandLine(pid).includes(home));
    expect(left).toEqual([]);
  }, 100_000);

  it('ends with 2 if the command line is wrong, with 1 if the export can not be written', () => {
    expect(once('missing').status).toBe(2);
    const { status, stderr } = once(SHOP, '--export', 'no/such/folder/graph.ndjson');
    expect(status).toBe(1);
    expect(stderr).toContain("graph.ndjson can't be written: ENOENT");
  }, 100_000);
});

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return ''; // it has ended
  }
}
