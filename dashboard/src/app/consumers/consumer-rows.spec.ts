import type { Consumer } from '@graphtail/client';
import { sorted, sortFromText, sortToText, WORST } from './consumer-rows.ts';

const consumer = (name: string, lag?: number): Consumer => ({
  id: name,
  graph: 'g',
  name,
  transport: 'websocket',
  state: 'live',
  cursor: undefined,
  lag,
  lag_seconds: undefined,
  connected_at: undefined,
  delivered: undefined,
  bytes: undefined,
  acknowledged: undefined,
  filters: undefined,
});

describe('the order of consumers', () => {
  const names = (consumers: readonly Consumer[]) => consumers.map(({ name }) => name);

  it('is the worst first, what is not known last, and equals by name', () => {
    const all = [consumer('b', 0), consumer('none'), consumer('a', 0), consumer('late', 9)];
    expect(names(sorted(all, WORST))).toEqual(['late', 'a', 'b', 'none']);
    expect(names(sorted(all, { by: 'lag', isDown: false }))).toEqual(['a', 'b', 'late', 'none']);
  });

  it('stands in the address, unless it is the usual one', () => {
    expect(sortToText(WORST)).toBeNull();
    expect(sortFromText(sortToText({ by: 'name', isDown: false }))).toEqual({ by: 'name', isDown: false });
    expect(sortFromText('-delivered')).toEqual({ by: 'delivered', isDown: true });
    expect(sortFromText('nonsense')).toEqual(WORST);
  });
});
