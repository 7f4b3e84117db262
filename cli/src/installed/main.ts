import './async-disposable-stack.ts';
import { INSTALLED } from '../parts/installed.ts';
import { run } from '../program.ts';

// The command of the npm package; scripts/build/package.ts bundles it.
await run(process, INSTALLED);
