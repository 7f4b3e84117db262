/**
 * The sets of members that reach one another, by R. Tarjan's algorithm (SIAM Journal on Computing 1, 1972), without recursion: a
 * chain of imports may be longer than the stack is deep. Sets of one member are left out.
 */
export function strongComponents(members: Iterable<string>, next: (member: string) => Iterable<string>): string[][] {
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const isOpen = new Set<string>();
  const components: string[][] = [];
  type Visit = { readonly member: string; readonly rest: Iterator<string> };
  const visit = (member: string): Visit => {
    order.set(member, order.size);
    lowest.set(member, order.get(member)!);
    open.push(member);
    isOpen.add(member);
    return { member, rest: next(member)[Symbol.iterator]() };
  };
  const lower = (member: string, to: number): void => void lowest.set(member, Math.min(lowest.get(member)!, to));

  for (const root of members) {
    if (order.has(root)) continue;
    const visits = [visit(root)];
    for (let current = visits.at(-1); current !== undefined; current = visits.at(-1)) {
      const step = current.rest.next();
      if (step.done !== true) {
        if (!order.has(step.value)) visits.push(visit(step.value));
        else if (isOpen.has(step.value)) lower(current.member, order.get(step.value)!);
        continue;
      }
      visits.pop();
      const { member } = current;
      const before = visits.at(-1);
      if (before !== undefined) lower(before.member, lowest.get(member)!);
      if (lowest.get(member) !== order.get(member)) continue;
      const component = open.splice(open.lastIndexOf(member));
      for (const each of component) isOpen.delete(each);
      if (component.length > 1) components.push(component);
    }
  }
  return components;
}
