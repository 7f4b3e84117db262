import fc from 'fast-check';
import { EventStreamParser } from './event-stream.ts';

function parse(pieces: readonly string[]) {
  const parser = new EventStreamParser();
  return pieces.flatMap((piece) => parser.push(piece));
}

describe('an event stream', () => {
  const text =
    'retry: 1000\n\n: a comment\n\nevent: facts\nid: 1-2\ndata: {"facts":[\ndata: a,\ndata: b\ndata: ]}\n\nevent: heartbeat\r\ndata:x\r\n\r\nid\ndata\n\n';
  const events = [
    { event: 'facts', id: '1-2', data: '{"facts":[\na,\nb\n]}' },
    { event: 'heartbeat', id: '1-2', data: 'x' },
    { event: 'message', id: '', data: '' },
  ];

  it('is read line by line: data lines are joined, comments and events without data left out', () => {
    expect(parse([text])).toEqual(events);
  });

  it('says the same in whatever pieces it comes', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(text.length), { maxLength: 20 }), (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), text.length];
        expect(parse(at.slice(1).map((end, index) => text.slice(at[index], end)))).toEqual(events);
      }),
    );
  });
});
