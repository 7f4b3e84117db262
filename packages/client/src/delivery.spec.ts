import fc from 'fast-check';
import { place } from '../testing/log.ts';
import { Scene, batches, happening, range } from '../testing/scene.ts';

describe('what a subscription delivers, whatever the wire does', () => {
  it('[S3][S3a] is every fact from its start, each once, in order', () => {
    fc.assert(
      fc.property(batches, fc.array(happening, { maxLength: 60 }), (ends, happenings) => {
        const scene = new Scene(ends, 0, { from: 'earliest' }).listen();
        for (const what of happenings) {
          scene.happen(what);
          const { delivered } = scene;
          expect(delivered).toEqual(range(0, delivered.length));
        }
        scene.calm();
        expect(scene.subscription.state).toBe('live');
        expect(scene.delivered).toEqual(range(0, ends.at(-1) ?? 0));
        expect(scene.subscription.receipt?.count).toBe(ends.at(-1));
      }),
      { numRuns: 500 },
    );
  });

  it('[S5] is a whole snapshot, then every fact after it, each once, in order', () => {
    fc.assert(
      fc.property(batches, fc.nat(), fc.array(happening, { maxLength: 60 }), (ends, any, happenings) => {
        const asOf = [0, ...ends][any % (ends.length + 1)] ?? 0;
        const scene = new Scene(ends, asOf, { from: 'snapshot' }).listen();
        for (const what of happenings) scene.happen(what);
        scene.calm();
        const snapshots = scene.events.filter((event) => event.type === 'snapshot');
        expect(snapshots.map((event) => event.asOf)).toEqual([place(asOf)]);
        expect(scene.events.findIndex((event) => event.type === 'facts')).not.toBe(0);
        expect(scene.delivered).toEqual(range(asOf, ends.at(-1) ?? 0));
      }),
      { numRuns: 300 },
    );
  });

  it('leaves one connection open at most, and always something that goes on by itself', () => {
    fc.assert(
      fc.property(batches, fc.array(happening, { maxLength: 60 }), (ends, happenings) => {
        const scene = new Scene(ends, 0, { from: 'earliest' }).listen();
        for (const what of happenings) {
          scene.happen(what);
          expect(scene.platform.connections.filter(({ isOpen }) => isOpen).length).toBeLessThanOrEqual(1);
          expect(scene.platform.timers).toBeGreaterThan(0);
        }
        void scene.subscription.close();
        expect(scene.platform.timers).toBe(0);
        expect(scene.platform.connections.every(({ isOpen }) => !isOpen)).toBeTrue();
      }),
      { numRuns: 200 },
    );
  });
});
