import { CHECKOUT } from './parts/checkout.ts';
import { run } from './program.ts';

await run(process, CHECKOUT);
