import { join } from 'node:path';

/** The checkout that this command runs from. */
export const ROOT = join(import.meta.dirname, '../..');
