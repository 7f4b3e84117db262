import { ZERO, addLanes, hashText, lanesToHex } from '@graphtail/facts';
import { factText, place } from '../testing/log.ts';
import { RunningReceipt } from './running-receipt.ts';

const digestOf = (...seqs: number[]): string => lanesToHex(seqs.reduce((sum, seq) => addLanes(sum, hashText(factText(seq))), ZERO));

describe('a running receipt', () => {
  let receipt: RunningReceipt;

  beforeEach(() => {
    receipt = new RunningReceipt();
  });

  it('[P4] is the count and the sum of the hashes of what was received', () => {
    receipt.add(place(0), place(2), [factText(1), factText(2)]);
    receipt.add(place(2), place(3), [factText(3)]);
    expect(receipt.value).toEqual({ from: place(0), to: place(3), count: 3, digest: digestOf(1, 2, 3) });
  });

  it('speaks of an unbroken range only: it begins anew where what comes does not continue what came', () => {
    receipt.add(place(0), place(2), [factText(1), factText(2)]);
    receipt.add(place(5), place(6), [factText(6)]);
    expect(receipt.value).toEqual({ from: place(5), to: place(6), count: 1, digest: digestOf(6) });
  });

  it('says nothing where nothing was received', () => {
    expect(receipt.value).toBeUndefined();
  });
});
