import type * as t from '@babel/types';
import type { ExprNumber } from '../../extraction/numbers.ts';
import { readExpression, readValue } from './expressions.ts';
import { readTypeArguments } from './types.ts';
import type { Walk } from './walk.ts';

/** An element uses its component. Elements with a lower-case name are the platform's own. */
export function readJsx(w: Walk, node: t.JSXElement | t.JSXFragment): void {
  if (w.embedded?.(node) === true) return;
  if (node.type === 'JSXElement') {
    const { name, attributes, typeArguments } = node.openingElement;
    const component = componentOf(w, name);
    if (component !== undefined) w.use('render', component, node);
    readTypeArguments(w, typeArguments);
    for (const attribute of attributes) {
      if (attribute.type === 'JSXSpreadAttribute') {
        readExpression(w, attribute.argument);
        continue;
      }
      const { value } = attribute;
      if (value?.type === 'JSXElement' || value?.type === 'JSXFragment') readJsx(w, value);
      if (value?.type !== 'JSXExpressionContainer') continue;
      const isNamed = component !== undefined && attribute.name.type === 'JSXIdentifier';
      readValue(w, value.expression, isNamed ? w.model.type(['prop', component, attribute.name.name as string]) : undefined);
    }
  }
  for (const child of node.children) {
    if (child.type === 'JSXElement' || child.type === 'JSXFragment') readJsx(w, child);
    else if (child.type === 'JSXExpressionContainer' || child.type === 'JSXSpreadChild') readValue(w, child.expression);
  }
}

function componentOf(w: Walk, name: t.JSXOpeningElement['name'] | t.JSXMemberExpression['object']): ExprNumber | undefined {
  if (name.type === 'JSXMemberExpression') {
    const object = componentOf(w, name.object) ?? (name.object.type === 'JSXIdentifier' ? w.name(name.object.name) : w.any);
    return w.model.expr(['.', object, name.property.name]);
  }
  if (name.type === 'JSXIdentifier' && name.name === 'this') return w.thisExpr;
  return name.type === 'JSXIdentifier' && /^[^a-z]/.test(name.name) ? w.name(name.name) : undefined;
}
