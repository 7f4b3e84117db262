import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { socketUrl } from '@graphtail/facts';
import { eventually } from '../../../tests/support/eventually.ts';
import { listenToRedis } from './redis-pulse.ts';

describe('The pulse of a Redis', () => {
  let home: string;
  let stop: AbortController;
  let said: string[];
  const pulse = {
    alive: () => void said.push('alive'),
    ready: () => void said.push('ready'),
    hindered: (why: string | undefined) => void said.push(why ?? 'unhindered'),
  };
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'graphtail-pulse-'));
    stop = new AbortController();
    said = [];
  });
  afterEach(() => {
    stop.abort();
    rmSync(home, { recursive: true, force: true });
  });

  it('beats while it answers with errors: a loading Redis is alive but not ready, a full disk is alive and reported', async () => {
    const path = join(home, 's');
    const answers: Record<string, string> = { hello: '%0\r\n', ping: '-LOADING Redis is loading the dataset in memory\r\n' };
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (data) => {
        for (const [, command] of String(data).matchAll(/\*\d+\r\n\$\d+\r\n(\w+)\r\n/g))
          socket.write(answers[command!.toLowerCase()] ?? '+OK\r\n');
      });
    }).listen(path);
    await once(server, 'listening');
    void listenToRedis({ url: socketUrl(path), pulse, signal: stop.signal, unnoticed: () => undefined });
    await eventually(() => said.length > 0);
    expect(new Set(said)).toEqual(new Set(['alive']));
    answers['ping'] = '-MISCONF Errors writing to the AOF file: No space left on device\r\n';
    await eventually(() => said.some((each) => each.includes('its disk is full')));
    expect(said).toContain('ready');
    said = [];
    answers['ping'] = '+PONG\r\n';
    await eventually(() => said.includes('unhindered'));
    server.close();
  });
});
