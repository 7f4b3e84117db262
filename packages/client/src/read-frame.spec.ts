import fc from 'fast-check';
import { factText, factsFrame } from '../testing/log.ts';
import { readFrame } from './read-frame.ts';

describe('reading a frame', () => {
  it('[S10] cuts each fact out as it was stored', () => {
    const received = readFrame(factsFrame(4, 7));
    expect(received.kind === 'facts' && received.raw).toEqual([factText(5), factText(6), factText(7)]);
  });

  it('a frame without facts has no raw ones', () => {
    const received = readFrame(factsFrame(4, 4).replace('\n\n', '\n'));
    expect(received.kind === 'facts' && received.raw).toEqual([]);
  });

  it('[V2][L12] hands on kinds of facts that this version does not know', () => {
    const received = readFrame(factsFrame(0, 1).replace('graph_reset', 'graph_painted'));
    expect(received.kind === 'facts' && String(received.frame.facts[0]?.event_type)).toBe('graph_painted');
  });

  it('[V2] passes over kinds of frames that this version does not know', () => {
    expect(readFrame('{"type":"weather","is":"fine"}')).toEqual({ kind: 'unknown' });
  });

  it('refuses facts that are not between prev and through, in order', () => {
    const [two, three] = [factText(2), factText(3)];
    const frame = (facts: string): string => factsFrame(1, 3).replace(`${two},\n${three}`, facts);
    expect(readFrame(frame(`${two},\n${three}`)).kind).toBe('facts');
    for (const facts of [
      `${three},\n${two}`,
      `${two},\n${two}`,
      `${two},\n${factText(4)}`,
      `${factText(1)},\n${two}`,
      `${two},${three}`,
      '1,\n2',
    ]) {
      expect(readFrame(frame(facts)).kind)
        .withContext(facts)
        .toBe('malformed');
    }
  });

  it('never throws, whatever it is given', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.json().map((json) => `{"type":"facts","facts":${json}}`),
        ),
        (text) => {
          expect(['malformed', 'unknown']).toContain(readFrame(text).kind);
        },
      ),
    );
  });
});
