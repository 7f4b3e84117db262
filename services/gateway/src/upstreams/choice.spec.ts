import { choose } from './choice.ts';
import { Upstream } from './upstream.ts';

const NAMES = Array.from({ length: 300 }, (_, i) => `consumer-${String(i)}`);

describe('The process that gets a request', () => {
  let processes: Upstream[];
  beforeEach(() => {
    processes = ['10.0.0.5', '10.0.0.6', '10.0.0.7'].map((host) => new Upstream(host, 80));
  });
  const chosen = (now = 0): Upstream => choose(processes, {}, now)!;

  it('is the one with the fewest open requests; equally busy ones take turns', () => {
    expect(new Set([chosen(), chosen(), chosen()]).size).toBe(3);
    for (let i = 0; i < 30; i++) chosen().enter();
    expect(processes.map(({ open }) => open)).toEqual([10, 10, 10]);
    const leave = processes[1]!.enter();
    processes[2]!.enter();
    expect([chosen(), chosen()]).toEqual([processes[0]!, processes[0]!]);
    leave();
    leave();
    expect(processes[1]!.open).toBe(10);
  });

  it('is not one that failed a moment ago or is not ready, unless there is no other', () => {
    processes[0]!.failed(0);
    processes[1]!.ready = false;
    expect(chosen(1)).toBe(processes[2]!);
    processes[2]!.failed(0);
    expect(chosen(1)).toBe(processes[1]!);
    processes[1]!.failed(0);
    expect(chosen(1)).toBeDefined();
    processes[0]!.answered();
    expect(chosen(1)).toBe(processes[0]!);
  });

  it('is avoided for longer after each failure in a row, up to 10 s; requests that fail together count as one failure', () => {
    const [one] = processes as [Upstream];
    const pauses: number[] = [];
    for (let now = 0, failures = 0; failures < 10; failures++) {
      for (let i = 0; i < 100; i++) one.failed(now);
      const from = now;
      while (one.rank(now) === 2) now += 10;
      pauses.push(now - from);
    }
    expect(pauses[0]).toBeLessThanOrEqual(210);
    expect(pauses.at(-1)).toBeGreaterThan(4_000);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(10_010);
  });

  it('is the same for the same key, and only the keys of a removed process move', () => {
    const where = (among: Upstream[]): Upstream[] => NAMES.map((key) => choose(among, { key }, 0)!);
    const before = where(processes);
    expect(where([...processes].reverse())).toEqual(before);
    for (const each of processes) expect(before.filter((chosenOne) => chosenOne === each).length).toBeGreaterThan(60);
    const after = where(processes.slice(1));
    for (const [i, each] of before.entries()) if (each !== processes[0]) expect(after[i]).toBe(each);
  });

  it('is the one that has the session, while that process is known', () => {
    const owner = processes[1]!;
    owner.failed(0);
    expect(choose(processes, { owner }, 1)).toBe(owner);
    expect(choose([processes[0]!, processes[2]!], { owner }, 1)).not.toBe(owner);
  });
});
