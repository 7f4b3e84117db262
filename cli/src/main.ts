import { enableCompileCache } from 'node:module';
import { COMPILED } from './compiled.ts';

enableCompileCache(COMPILED);
// Only now: what is imported before is not in the cache.
const [{ CHECKOUT }, { run }] = await Promise.all([import('./parts/checkout.ts'), import('./program.ts')]);
await run(process, CHECKOUT);
