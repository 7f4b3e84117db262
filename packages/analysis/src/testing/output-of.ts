import type { LinkedFile } from '../linker/linker.ts';
import { entityText, type FileOutput } from '../threads/link/packed-files.ts';

/** A file as the linking thread would hand it over. */
export function outputOf(file: LinkedFile): FileOutput {
  return file === undefined ? undefined : { nodes: file.nodes.map(entityText), relationships: file.relationships.map(entityText) };
}
