import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assertWatchable } from './watch-probe.ts';

describe('The probe before a watch', () => {
  it('resolves if the system allows a watch, and rejects with its error code if not', async () => {
    const root = await mkdtemp(join(tmpdir(), 'graphtail-probe-'));
    await expectAsync(assertWatchable(root)).toBeResolved();
    await rm(root, { recursive: true });
    await expectAsync(assertWatchable(root)).toBeRejectedWith(jasmine.objectContaining({ code: 'ENOENT' }));
  });
});
