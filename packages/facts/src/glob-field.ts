import { GlobError, MAX_GLOB_LENGTH, compileGlob, hasGlobSyntax } from './glob.ts';
import * as z from 'zod';

const text = z.string('must be one text').max(MAX_GLOB_LENGTH, `has more than ${String(MAX_GLOB_LENGTH)} characters`);

/** Returns why a text is not a glob; undefined if it is a glob. */
function globTrouble(glob: string): string | undefined {
  try {
    compileGlob(glob);
    return undefined;
  } catch (error) {
    if (error instanceof GlobError) return error.message;
    throw error;
  }
}

function refuseOtherThanGlobs(glob: string, context: z.RefinementCtx<string>): void {
  const message = globTrouble(glob);
  if (message !== undefined) context.addIssue({ code: 'custom', message });
}

/** A glob over `file_path` (docs/PROTOCOL.md, G1 to G6). An empty glob means every file. */
export const globField = text.superRefine(refuseOtherThanGlobs).describe('a glob over file_path, e.g. src/**/*.ts');

/** A glob; or, if the text has none of a glob's signs, a part of `file_path`. */
export const pathField = text
  .superRefine((path, context) => {
    if (hasGlobSyntax(path)) refuseOtherThanGlobs(path, context);
  })
  .describe('a glob over file_path, e.g. src/**/*.ts; without any of the signs *?[]{}\\ a part of file_path');
