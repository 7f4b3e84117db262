import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootRefusal } from './roots.ts';

describe('a root', () => {
  let base: string;
  beforeEach(() => {
    base = realpathSync(mkdtempSync(join(tmpdir(), 'graphtail-roots-')));
    for (const folder of ['code', 'allowed/below', 'allowed-not', 'data/logs']) mkdirSync(join(base, folder), { recursive: true });
  });
  afterEach(() => rmSync(base, { recursive: true }));

  const at = (path: string): string => join(base, path);
  const refusal = async (root: string, rules: Parameters<typeof rootRefusal>[1] = {}) => rootRefusal(root, rules);

  it('may be any folder of code, and no system folder, also through links', async () => {
    expect(await refusal(at('code'))).toBeUndefined();
    for (const [index, folder] of ['/', '/proc', '/proc/self', '/dev', '/sys', '/run', '/etc', '/usr', '/home'].entries()) {
      symlinkSync(folder, at(`link-${String(index)}`));
      expect([folder, (await refusal(folder))?.code]).toEqual([folder, 'BAD_REQUEST']);
      expect((await refusal(at(`link-${String(index)}`)))?.message).toMatch(/which is .*(file system|folder of the system)/);
    }
  });

  it('must be an existing folder', async () => {
    expect((await refusal(at('nowhere')))?.message).toContain('there is no folder');
    expect((await refusal(at('code/\0')))?.message).toContain('there is no folder');
  });

  it("must not be in Graphtail's data folder, but may contain it", async () => {
    expect((await refusal(at('data/logs'), { dataDir: at('data') }))?.code).toBe('BAD_REQUEST');
    expect(await refusal(base, { dataDir: at('data') })).toBeUndefined();
  });

  it('must be below an allowed folder if there are any, by real paths', async () => {
    symlinkSync(at('code'), at('allowed/way-out'));
    symlinkSync(at('allowed'), at('alias'));
    const within = [at('alias')];
    for (const path of ['allowed', 'allowed/below', 'alias/below'])
      expect([path, await refusal(at(path), { within })]).toEqual([path, undefined]);
    for (const path of ['code', 'allowed-not', 'allowed/way-out', 'allowed/../code'])
      expect([path, (await refusal(at(path), { within }))?.code]).toEqual([path, 'FORBIDDEN']);
    expect((await refusal(at('code'), { within: [] }))?.code).toBe('FORBIDDEN');
  });
});
