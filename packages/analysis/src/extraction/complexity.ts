import type { FileModel } from './file-model.ts';

/** Adds the complexity of nodes to their parent, if that is a file, class, namespace, module or variable. */
export function addUpComplexity({ nodes }: FileModel): void {
  for (let i = nodes.length - 1; i > 0; i--) {
    const parent = nodes[nodes[i]!.parent]!;
    const adds =
      parent.type === 'file' ||
      parent.type === 'class' ||
      parent.type === 'namespace' ||
      parent.type === 'module' ||
      parent.type === 'variable';
    if (adds) parent.complexity += nodes[i]!.complexity;
  }
}
