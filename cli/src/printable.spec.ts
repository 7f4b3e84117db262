import { Writable } from 'node:stream';
import { offset, type Fact } from '@graphtail/facts';
import { factLine } from './commands/fact-line.ts';
import { table } from './commands/table.ts';
import { printable, printableLines } from './printable.ts';
import { Terminal } from './up/terminal.ts';

const HOSTILE = 'src/\u001b[2J\u009b31m\u202ea\r.ts';
const plain = (_: string, text: string): string => text;

/** Whether a terminal would obey anything in it. */
// eslint-disable-next-line no-control-regex -- those are what it is about
const obeyed = (text: string): boolean => /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/.test(text);

describe('text from outside', () => {
  it('is escaped if it contains control characters, and unchanged otherwise', () => {
    expect(printable(HOSTILE)).toBe('src/\\x1b[2J\\x9b31m\\u202ea\\x0d.ts');
    expect(printable('größe/日本語 😀.ts')).toBe('größe/日本語 😀.ts');
    expect(printableLines('one\ntwo\u0007')).toBe('one\ntwo\\x07');
  });

  it('cannot control the terminal through a file name in a fact', () => {
    const data = {
      name: HOSTILE,
      node_type: 'file',
      language: 'typescript',
      file_path: HOSTILE,
      start_line: 1,
      end_line: 1,
      complexity: 1,
      line_count: 1,
    };
    const added = { event_type: 'node_added', entity_type: 'node', entity_id: HOSTILE, entity_hash: '0', data } as unknown as Fact;
    const line = factLine({ ...added, offset: offset(1, 1), timestamp: '2026-01-31T12:00:00.123Z' }, plain);

    expect(obeyed(line)).toBeFalse();
    expect(line).toContain('src/\\x1b[2J');
    const unknown = { ...added, event_type: `odd${HOSTILE}`, timestamp: HOSTILE.repeat(3), offset: offset(1, 2) } as unknown as Fact;
    expect(obeyed(factLine(unknown, plain))).toBeFalse();
  });

  it('cannot control the terminal through a table', () => {
    expect(obeyed(table([{ title: 'root' }], [[printable(HOSTILE)]], plain))).toBeFalse();
  });

  it("cannot control the terminal through a service's or a problem's text", () => {
    let text = '';
    const stream = Object.assign(new Writable({ write: (chunk: Buffer, _, done) => ((text += chunk.toString()), done()) }), {
      isTTY: false,
    });
    const terminal = new Terminal(stream as unknown as NodeJS.WriteStream, stream as unknown as NodeJS.WriteStream);
    terminal.wrong(HOSTILE, HOSTILE);
    terminal.done(HOSTILE, HOSTILE);
    terminal.doing(HOSTILE, HOSTILE);

    expect(obeyed(text)).toBeFalse();
    expect(text.split('\n').length).toBe(4);
  });
});
