import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aofChecker, provideRedis } from '../../../../scripts/provide/redis.ts';
import { mendAof, type Mending, type MendOptions } from './mend-aof.ts';

const command = (...words: string[]): string =>
  `*${String(words.length)}\r\n${words.map((word) => `$${String(Buffer.byteLength(word))}\r\n${word}\r\n`).join('')}`;
const set = (value: string): string => command('SET', 'key', value);
const transaction = (...commands: string[]): string => command('MULTI') + commands.join('') + command('EXEC');
const zeros = (bytes: number): string => '\0'.repeat(bytes);

describe('The append-only files of a Redis that does not start', () => {
  let folder: string;
  let checker: MendOptions['checker'];
  const file = (name: string): string => join(folder, 'appendonlydir', name);
  const [FIRST, LAST] = ['appendonly.aof.1.incr.aof', 'appendonly.aof.2.incr.aof'];
  /** Two parts, as Redis has them while it rewrites its file. */
  const write = (first: string, last: string): void => {
    writeFileSync(file(FIRST), first);
    writeFileSync(file(LAST), last);
    writeFileSync(file('appendonly.aof.manifest'), `file ${FIRST} seq 1 type i\nfile ${LAST} seq 2 type i\n`);
  };
  const mend = (options: Partial<MendOptions> = {}): Promise<Mending> => mendAof(folder, { checker, log: join(folder, 'log'), ...options });

  beforeAll(async () => {
    checker = await aofChecker(await provideRedis());
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'graphtail-aof-'));
    mkdirSync(join(folder, 'appendonlydir'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('are left unchanged if they are whole or do not exist yet', async () => {
    expect(await mend()).toEqual({ kind: 'whole' });
    write(set('1'), transaction(set('2'), set('3')));
    expect(await mend()).toEqual({ kind: 'whole' });
    write(set('1'), '');
    expect(await mend()).toEqual({ kind: 'whole' });
  });

  const whole = set('1') + transaction(set('2'), set('3'));
  const ends = {
    'zeros of more than a block': zeros(70_000),
    'half a command': set('4').slice(0, -5),
    'half a command, then zeros': set('4').slice(0, 15) + zeros(5000),
    'half a transaction, then zeros': transaction(set('4'), set('5')).slice(0, 60) + zeros(5000),
  };
  for (const [title, end] of Object.entries(ends))
    it(`that end in ${title} lose just that, and the damaged file is kept`, async () => {
      write(set('0'), whole + end);
      const mending = await mend();
      if (mending.kind !== 'cut') throw new Error(JSON.stringify(mending));
      expect(mending).toEqual({ kind: 'cut', file: file(LAST), bytes: end.length, kept: mending.kept });
      expect(readFileSync(file(LAST), 'latin1')).toBe(whole);
      expect(readFileSync(mending.kept, 'latin1')).toBe(whole + end);
      expect(readdirSync(join(folder, 'appendonlydir')).length).toBe(4);
      expect(await mend()).toEqual({ kind: 'whole' });
    });

  it('are left unchanged if they are damaged before their end, and the place is named', async () => {
    const hole = set('4').replace('key', zeros(3)).replace('*3', zeros(2));
    for (const rest of [set('5'), transaction(set('5')), `${set('5')}${zeros(100)}`]) {
      const last = whole + hole + rest;
      write(set('0'), last);
      const why = `is damaged at byte ${String(whole.length)} of ${String(last.length)}, and more follows`;
      expect(await mend()).toEqual({ kind: 'beyond_repair', file: file(LAST), why, ends: whole.length });
      expect(readFileSync(file(LAST), 'latin1')).toBe(last);
    }
    write(whole + zeros(10), set('5'));
    expect(await mend()).toEqual(jasmine.objectContaining({ kind: 'beyond_repair', file: file(FIRST), ends: whole.length }) as never);
    expect(readdirSync(join(folder, 'appendonlydir')).length).toBe(3);
  });

  it('are left unchanged if one is missing or the manifest or base is damaged, and the file is named', async () => {
    write(whole, whole);
    rmSync(file(FIRST));
    expect(await mend()).toEqual({ kind: 'beyond_repair', file: file(FIRST), why: 'is missing, and appendonly.aof.manifest names it' });
    const manifest = file('appendonly.aof.manifest');
    writeFileSync(manifest, zeros(80));
    expect(await mend()).toEqual({ kind: 'beyond_repair', file: manifest, why: 'is damaged' });
    const base = 'appendonly.aof.2.base.rdb';
    writeFileSync(file(base), `REDIS0010${zeros(100)}`);
    writeFileSync(manifest, `file ${base} seq 2 type b\nfile ${LAST} seq 2 type i\n`);
    const why = jasmine.stringMatching(/^is damaged \(\S.*\)$/);
    expect(await mend()).toEqual({ kind: 'beyond_repair', file: file(base), why } as never);
  });

  it('are not called damaged if redis-check-aof can not run, unless Redis refused one', async () => {
    write(whole, whole);
    const checker = { path: join(folder, 'checker'), env: {} };
    writeFileSync(checker.path, '#!/bin/sh\necho error while loading shared libraries >&2\nexit 127\n', { mode: 0o755 });
    expect(await mend({ checker })).toEqual({ kind: 'whole' });
    writeFileSync(
      join(folder, 'log'),
      `# Server initialized\n# Bad file format reading the append only file ${LAST}: make a backup of your AOF file\n`,
    );
    const why = 'is damaged, and redis-check-aof could not check it (error while loading shared libraries)';
    expect(await mend({ checker })).toEqual({ kind: 'beyond_repair', file: file(LAST), why });
  });

  it("are named from Redis's log if there is no redis-check-aof", async () => {
    write(whole, whole + zeros(100));
    const log = join(folder, 'log');
    expect(await mend({ checker: undefined })).toEqual({ kind: 'whole' });
    writeFileSync(log, `# Server initialized\n# Bad file format reading the append only file ${LAST}: make a backup of your AOF file\n`);
    const why = 'is damaged, and there is no redis-check-aof to mend it';
    expect(await mend({ checker: undefined })).toEqual({ kind: 'beyond_repair', file: file(LAST), why });
    writeFileSync(log, readFileSync(log, 'utf8') + '# Server initialized\n* Ready to accept connections\n'); // a later start
    expect(await mend({ checker: undefined })).toEqual({ kind: 'whole' });
  });
});
