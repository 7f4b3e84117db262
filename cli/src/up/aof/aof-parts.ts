import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const FOLDER = 'appendonlydir';
const MANIFEST = 'appendonly.aof.manifest';
const LINE = /^file (\S+) seq \d+ type ([bhi])$/;

/** The files that Redis 7 loads one after the other, by its manifest: at most one base file, then the incremental files. */
export type AofParts = { readonly files: readonly string[] } | { readonly broken: string; readonly why: string };

/** Reads the manifest; returns undefined if Redis never kept files in the folder. @param folder Redis's own folder */
export async function aofParts(folder: string): Promise<AofParts | undefined> {
  const manifest = join(folder, FOLDER, MANIFEST);
  let text: string;
  try {
    text = await readFile(manifest, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const files: string[] = [];
  for (const line of text.trimEnd().split('\n')) {
    if (line.startsWith('#')) continue;
    const [, name, type] = LINE.exec(line) ?? [];
    if (name === undefined) return { broken: manifest, why: 'is damaged' };
    if (type !== 'h') files.push(join(folder, FOLDER, name)); // history: about to be deleted
  }
  for (const file of files) {
    const isThere = await access(file).then(
      () => true,
      () => false,
    );
    if (!isThere) return { broken: file, why: `is missing, and ${MANIFEST} names it` };
  }
  return { files };
}
