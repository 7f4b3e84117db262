import { Writable } from 'node:stream';
import { ProgressLine } from './progress.ts';
import { troubleIn } from './service.ts';
import { Terminal } from './terminal.ts';
import { Troubles } from './troubles.ts';

/** A stream that remembers; `isTTY` as told. */
function stream(isTTY: boolean, columns = 100): { stream: NodeJS.WriteStream; text: () => string } {
  let text = '';
  const writable = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString();
      done();
    },
  });
  return { stream: Object.assign(writable, { isTTY, columns }) as unknown as NodeJS.WriteStream, text: () => text };
}

describe('the terminal of up', () => {
  const ESCAPE = String.fromCharCode(27);

  it('rewrites one line, and keeps it below other output', () => {
    const [out, err] = [stream(true), stream(true)];
    const terminal = new Terminal(out.stream, err.stream);
    terminal.status('working');
    terminal.line('a line');
    expect(out.text()).toBe(`\r${ESCAPE}[2Kworking\r${ESCAPE}[2Ka line\nworking`);
    terminal.status(undefined);
    expect(out.text().endsWith(`\r${ESCAPE}[2K`)).toBeTrue();
  });

  it('writes plain lines if the output is no terminal: nothing is rewritten, no colours', () => {
    const [out, err] = [stream(false), stream(false)];
    const terminal = new Terminal(out.stream, err.stream);
    terminal.status('working');
    terminal.done('redis', 'private');
    terminal.wrong('ingest', 'ended with 1');
    expect(out.text()).toBe('  ✓ redis      private\n');
    expect(err.text()).toBe('  ! ingest     ended with 1\n');
  });

  it('shows bar, files, facts and remaining seconds, never wider than the terminal', () => {
    for (const columns of [120, 60, 40]) {
      const out = stream(true, columns);
      const line = new ProgressLine(new Terminal(out.stream, stream(true).stream), 'g');
      line.begin(10);
      line.show({ phase: 'parsing', percentage: 50, filesDone: 1200, filesTotal: 2400 }, 5010);
      const shown = out.text().replaceAll(new RegExp(`${ESCAPE}\\[\\d*[A-Za-z]|\\r`, 'g'), '');
      expect(shown.length).toBeLessThan(columns);
      expect(shown).toContain('━'.repeat(columns > 100 ? 14 : 4));
      if (columns === 120) expect(shown).toContain(' 50 %  1,200/2,400 files  5,000 facts');
    }
  });
});

describe('a failure during up', () => {
  it('is reported in the words of the log line, with its graph and its reason', () => {
    expect(troubleIn('{"level":"warn","msg":"could not read","graph":"g","err":{"message":"EACCES"}}')).toBe('g: could not read (EACCES)');
    expect(troubleIn('{"level":"warn","msg":"not fit","reasons":["it is full","it is old"]}')).toBe('not fit (it is full; it is old)');
    expect(troubleIn('{"level":"info","msg":"started"}')).toBeUndefined();
    expect(troubleIn('    at file:///x.ts:1:1')).toBeUndefined();
    expect(troubleIn("Error: Cannot find module 'x'")).toBe("Error: Cannot find module 'x'");
  });

  it('is reported once for a process that keeps ending for one reason, and the process is not reported as back', () => {
    const [out, err] = [stream(false), stream(false)];
    const tell = new Troubles(new Terminal(out.stream, err.stream), new AbortController().signal).of('redis');
    for (let i = 0; i < 3; i++) {
      tell({ kind: 'ended', how: 'ended with 1', restartInMs: 1, why: 'its disk is full.' });
      tell({ kind: 'ready', again: true });
    }
    expect(err.text()).toBe('  ! redis      its disk is full. It is started again and again until that is mended.\n');
    expect(out.text()).toBe('  ✓ redis      is back\n');
    tell({ kind: 'ended', how: 'was ended by SIGKILL', restartInMs: 1 });
    tell({ kind: 'ready', again: true });
    expect(out.text().split('\n').length).toBe(3);
  });

  it('is reported once, not at every retry, and not while stopping', () => {
    const err = stream(false);
    const stop = new AbortController();
    const troubles = new Troubles(new Terminal(stream(false).stream, err.stream), stop.signal);
    for (let i = 0; i < 3; i++) troubles.say('gateway', 'its disk is full');
    troubles.say('notifier', 'its disk is full');
    stop.abort();
    troubles.of('notifier')({ kind: 'ended', how: 'ended with 0', restartInMs: 1 });
    expect(err.text()).toBe('  ! gateway    its disk is full\n  ! notifier   its disk is full\n');
  });

  it('is told once of a Redis that is away, however many services miss it, and not at all if the supervisor of Redis has told it', () => {
    jasmine.clock().install().mockDate(new Date());
    try {
      for (const supervised of [false, true]) {
        const err = stream(false);
        const troubles = new Troubles(new Terminal(stream(false).stream, err.stream), new AbortController().signal);
        for (const text of ['Redis is down', 'g: Redis is away; the state stays where it is (no connection)'])
          troubles.say('projector', text);
        troubles.say('notifier', 'g: the tail is down (no connection)');
        if (supervised) troubles.of('redis')({ kind: 'ended', how: 'was ended by SIGKILL', restartInMs: 0 });
        jasmine.clock().tick(2000);
        const told = supervised ? 'was ended by SIGKILL; starting it again' : 'does not answer; everything goes on when it does';
        expect(err.text()).toBe(`  ! redis      ${told}\n`);
      }
    } finally {
      jasmine.clock().uninstall();
    }
  });
});
