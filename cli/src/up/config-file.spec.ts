import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../user-error.ts';
import { configFileJsonSchema, readConfigFile } from './config-file.ts';

const MAIN = join(import.meta.dirname, '../main.ts');
const PUBLISHED = join(import.meta.dirname, '../../../docs/graphtail.config.schema.json');

describe('the configuration file', () => {
  let home: string;
  let root: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'graphtail-config-'));
    root = join(home, 'code');
    mkdirSync(root);
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  const write = (folder: string, content: unknown): void =>
    writeFileSync(join(folder, 'graphtail.config.json'), typeof content === 'string' ? content : JSON.stringify(content));

  function printed(args: readonly string[], env: Record<string, string> = {}): Record<string, unknown> {
    const { stdout, stderr } = spawnSync(process.execPath, [MAIN, 'up', root, '--print-config', ...args], {
      encoding: 'utf8',
      env: { ...process.env, ...env },
    });
    expect(stderr).toBe('');
    return JSON.parse(stdout) as Record<string, unknown>;
  }

  it('is the one in the analysed folder, else the one beside it', async () => {
    expect(await readConfigFile(undefined, root)).toBeUndefined();
    write(home, { graph: 'beside' });
    expect((await readConfigFile(undefined, root))?.options.graph).toBe('beside');
    write(root, { graph: 'inside', roots: [{ path: '../other' }] });
    expect(await readConfigFile(undefined, root)).toEqual({
      file: join(root, 'graphtail.config.json'),
      options: { graph: 'inside' },
      roots: [{ root: join(home, 'other'), graph: 'other' }],
    });
  });

  it('wins over defaults, and variables and options win over it', () => {
    write(root, { graph: 'mine', port: 9000, workers: 1, retention: { age: '7d', facts: 5 }, watch: false, log_level: 'warn' });
    expect(printed(['--port', '9001'], { GRAPHTAIL_WORKERS: '2' })).toEqual(
      jasmine.objectContaining({
        ...{ config_file: join(root, 'graphtail.config.json'), graph: 'mine', port: 9001, workers: 2, watch: false, logLevel: 'warn' },
        retention: { GRAPHTAIL_RETAIN_FACTS: '5', GRAPHTAIL_RETAIN_AGE: '7d' },
      }),
    );
  });

  it('is not looked for in a root that is a file, so that the root is what is named', async () => {
    const file = join(root, 'file');
    writeFileSync(file, '');
    expect(await readConfigFile(undefined, file)).toBeUndefined();
  });

  it('that does not fit names the field', async () => {
    for (const [content, says] of [
      [{ port: 70_000 }, /port: .*65535/],
      [{ ignore: 'out/' }, /ignore: /],
      [{ retention: { age: 'a week' } }, /retention\.age: must be a duration/],
      [{ roots: [{ path: 'a', name: 'b' }] }, /roots\.0\.name: is not a setting/],
      [{ host: '0.0.0.0' }, /host: is not a setting/],
      [[], /the file: /],
      ['{', /is no JSON/],
    ] as const) {
      write(root, content);
      await expectAsync(readConfigFile(undefined, root)).toBeRejectedWithError(UsageError, says);
    }
    await expectAsync(readConfigFile(join(home, 'missing.json'), root)).toBeRejectedWithError(
      UsageError,
      /missing\.json can't be read: ENOENT/,
    );
  });

  it('says what to ignore only at the root, where every analysis reads it', async () => {
    write(root, { ignore: ['fixtures/', '*.gen.ts'] });
    expect((await readConfigFile(undefined, root))?.options).toEqual({});
    write(home, { ignore: ['fixtures/'] });
    await expectAsync(readConfigFile(join(home, 'graphtail.config.json'), root)).toBeRejectedWithError(
      UsageError,
      /ignore: counts only in .*code\/graphtail\.config\.json/,
    );
  });

  it('has its JSON Schema published', () => {
    expect(JSON.parse(readFileSync(PUBLISHED, 'utf8'))).toEqual(JSON.parse(JSON.stringify(configFileJsonSchema())));
  });
});
