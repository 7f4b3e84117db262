import { FAULT_CLASSES } from './classes/index.ts';
import { Rig } from './rig/rig.ts';
import { settle } from './rig/settle.ts';

const SEED = Number(process.env['GRAPHTAIL_FAULTS_SEED'] ?? 1);

describe("After each fault, every subscriber has seen every fact once and in order, or was told what it can't have, and all states are equal", () => {
  let rig: Rig;
  const begin = async (): Promise<void> => {
    rig = await Rig.start({ seed: SEED });
    await rig.appends(200);
  };
  beforeAll(begin, 60_000);
  afterAll(async () => {
    await rig.close();
  }, 60_000);

  for (const { name, faults } of FAULT_CLASSES.filter(({ inSoakOnly }) => inSoakOnly !== true)) {
    const [first] = faults;
    it(`${name}: ${first!.title}`, async () => {
      const { deliveries } = rig.checked;
      try {
        await first!.inject(rig);
        await settle(rig);
      } catch (error) {
        const words = rig.pipeline.output().split('\n').slice(-25).join('\n');
        await Promise.allSettled([rig.close()]);
        await begin(); // what one fault did is not to fail the others
        throw new Error(`seed ${String(SEED)}: ${(error as Error).message}\nthe product's last words:\n${words}`, { cause: error });
      }
      expect(rig.checked.deliveries).toBeGreaterThan(deliveries);
    }, 150_000);
  }
});
