import { Vigil } from './vigil.ts';

const SILENCE_MS = 5_000;
const TICK_MS = 500;

/** How long a process is silent until it is said to hang, given what it does each tick; undefined: it is not within two minutes. */
function hangsAfter(cpuPerTick: number, isRunnable: boolean, signEachMs = Infinity): number | undefined {
  let cpuMs = 0;
  const vigil = new Vigil(SILENCE_MS, () => ({ cpuMs, isRunnable }), 0);
  for (let now = TICK_MS; now <= 120_000; now += TICK_MS) {
    cpuMs += cpuPerTick;
    if (now % signEachMs === 0) vigil.heard(now);
    if (vigil.hangs(now)) return vigil.silence(now);
  }
  return undefined;
}

describe('a process that shows no sign of life', () => {
  it('hangs if it used the processor all the time, a little later if it used half of it', () => {
    expect(hangsAfter(TICK_MS, true)).toBeLessThanOrEqual(6_000);
    expect(hangsAfter(TICK_MS / 2, true)).toBeLessThanOrEqual(8_000);
  });

  it('hangs if it is stopped or blocked inside its event loop', () => {
    expect(hangsAfter(0, false)).toBeLessThanOrEqual(6_000);
  });

  it('does not hang while it waits for the processor, up to a minute', () => {
    expect(hangsAfter(TICK_MS / 100, true)).toBeGreaterThan(60_000);
    expect(hangsAfter(TICK_MS / 100, false)).toBeGreaterThan(60_000);
  });

  it('does not hang while it works and shows it', () => {
    expect(hangsAfter(TICK_MS, true, 4_000)).toBeUndefined();
  });

  it('is judged by the clock alone if the system does not say what it does', () => {
    const vigil = new Vigil(SILENCE_MS, () => undefined, 0);
    expect([vigil.hangs(5_000), vigil.hangs(5_500)]).toEqual([false, true]);
  });
});
