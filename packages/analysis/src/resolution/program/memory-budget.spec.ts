import { MemoryBudget } from './memory-budget.ts';

describe('A memory budget', () => {
  const gone: string[] = [];
  const hold = (budget: MemoryBudget, name: string) =>
    budget.hold(
      { name },
      10,
      (value) => () => ({ name: `${value.name} again` }),
      () => gone.push(name),
    );
  beforeEach(() => gone.splice(0));

  it('drops nothing while everything fits', () => {
    const budget = new MemoryBudget(20);
    const [a] = [hold(budget, 'a'), hold(budget, 'b')];
    budget.trim();
    expect(gone).toEqual([]);
    expect(a.value).toEqual({ name: 'a' });
  });

  it('drops items that were not used since the last time it had to, and computes them again when they are', () => {
    const budget = new MemoryBudget(20);
    const [a, b, c] = [hold(budget, 'a'), hold(budget, 'b'), hold(budget, 'c')];
    budget.trim();
    expect(gone).toEqual(['a']);
    void b.value;
    expect(a.value).toEqual({ name: 'a again' });
    expect(a.value).toBe(a.value);
    budget.trim();
    expect(gone).toEqual(['a', 'c']);
    expect([a, b, c].map(({ value }) => value.name)).toEqual(['a again', 'b', 'c again']);
  });

  it('has room again for released items', () => {
    const budget = new MemoryBudget(10);
    const [a, b] = [hold(budget, 'a'), hold(budget, 'b')];
    budget.release(a);
    budget.trim();
    expect(gone).toEqual([]);
    budget.release(a);
    hold(budget, 'c');
    budget.trim();
    expect(gone).toEqual(['b']);
    budget.release(b);
  });
});
