import { matching, type Choice } from './choices.ts';

describe('the choices of the finder', () => {
  const choices = ['Graph', 'Events', 'Show the Map', 'Re-analyze'].map((name) => ({ id: name, name }) as Choice);
  const told = (text: string): string[] => matching(choices, text).map(({ name }) => name);

  it('have every word of the text, whatever its case', () => {
    expect(told('MAP show')).toEqual(['Show the Map']);
    expect(told('nothing')).toEqual([]);
  });

  it('are all if there is no text', () => {
    expect(told('  ').length).toBe(4);
  });

  it('begin with the text first', () => {
    expect(told('e')[0]).toBe('Events');
  });
});
