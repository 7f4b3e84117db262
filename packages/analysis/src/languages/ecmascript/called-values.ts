import type { Expr, NodeRecord } from '../../extraction/extraction.ts';
import type { FileModel } from '../../extraction/file-model.ts';

/**
 * A variable or field that its own file calls becomes a function or method, whatever its type. One that the file instantiates becomes a
 * class.
 */
export function markCalledValues(model: FileModel): void {
  for (const [kind, , target] of model.sites) {
    if (kind !== 'call' && kind !== 'new') continue;
    const node = valueOf(model, model.exprs[target]!);
    if (node?.type === 'variable') node.type = kind === 'call' ? 'function' : 'class';
    else if (node?.type === 'property' && kind === 'call') node.type = 'method';
  }
}

function valueOf({ bindings, nodes, shapes, exprs }: FileModel, expr: Expr): NodeRecord | undefined {
  if (expr[0] === 'name') return nodes[bindings[expr[1]]!.node ?? -1];
  if (expr[0] !== '.') return undefined;
  const object = exprs[expr[1]]!;
  if (object[0] !== 'this' && object[0] !== 'This') return undefined;
  const member = shapes[object[1]]!.members.find(
    ({ name, isStatic }) => name === expr[2] && (isStatic === true) === (object[0] === 'This'),
  );
  return nodes[member?.node ?? -1];
}
