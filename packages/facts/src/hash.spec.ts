import fc from 'fast-check';
import { ZERO, addLanes, hashText, lanesFromHex, lanesToHex, subtractLanes, type Lanes } from './hash.ts';

const lanes: fc.Arbitrary<Lanes> = fc.record({ hi: fc.integer(), lo: fc.integer() }).map(({ hi, lo }) => ({ hi: hi | 0, lo: lo | 0 }));

/** The algorithm as its author published it, byte by byte and without any short cut: an oracle for the fast one. */
function murmur3(bytes: Uint8Array, seed: number): number {
  const rotate = (x: number, r: number): number => (x << r) | (x >>> (32 - r));
  let h = seed;
  const scrambled = (k: number): number => Math.imul(rotate(Math.imul(k, 0xcc9e2d51), 15), 0x1b873593);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const blocks = Math.floor(bytes.length / 4);
  for (let i = 0; i < blocks; i++) h = (Math.imul(rotate(h ^ scrambled(view.getInt32(i * 4, true)), 13), 5) + 0xe6546b64) | 0;
  let k = 0;
  for (let i = bytes.length - 1; i >= blocks * 4; i--) k = (k << 8) | bytes[i]!;
  if (bytes.length % 4 > 0) h ^= scrambled(k);
  h ^= bytes.length;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) | 0;
}

describe('The hash', () => {
  it('[P1] is MurmurHash3_x86_32 of the UTF-8 bytes, with two seeds', () => {
    expect(murmur3(new TextEncoder().encode('hello'), 0) >>> 0).toBe(0x248bfa47); // the published algorithm's own vector
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 70 }), (text) => {
        const bytes = new TextEncoder().encode(text);
        expect(hashText(text)).toEqual({ hi: murmur3(bytes, 0x67726170), lo: murmur3(bytes, 0x68746169) });
      }),
    );
  });

  it('[P1] has the vectors that docs/PROTOCOL.md gives', () => {
    expect(lanesToHex(hashText(''))).toBe('60e7bac9b0dd7f97');
    expect(lanesToHex(hashText('hello'))).toBe('a9a845f86c1ed1ad');
    expect(lanesToHex(hashText('héllo'))).toBe('665f2cb4beb4e369');
  });

  it('[P1a] can be summed in any order, and subtracted again', () => {
    fc.assert(
      fc.property(lanes, lanes, lanes, (a, b, c) => {
        expect(addLanes(addLanes(a, b), c)).toEqual(addLanes(addLanes(c, a), b));
        expect(subtractLanes(addLanes(a, b), b)).toEqual(a);
      }),
    );
    expect(addLanes(ZERO, ZERO)).toEqual(ZERO);
  });

  it('is the same after a round trip over the wire', () => {
    fc.assert(
      fc.property(lanes, (a) => {
        expect(lanesFromHex(lanesToHex(a))).toEqual(a);
      }),
    );
    expect(() => lanesFromHex('zz')).toThrowError(RangeError);
  });
});
