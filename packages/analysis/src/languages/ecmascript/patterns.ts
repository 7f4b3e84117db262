import type * as t from '@babel/types';
import type { ExprNumber, TypeNumber } from '../../extraction/numbers.ts';
import { readExpression } from './expressions.ts';
import { VALUE } from './scope.ts';
import { keyName, type Walk } from './walk.ts';

/**
 * Binds the names of a pattern to parts of a value.
 *
 * @param value the expression that is destructured
 * @param type the type written for it, if any
 */
export function bindPattern(w: Walk, pattern: t.Node, value: ExprNumber, type: TypeNumber | undefined): void {
  const { model } = w;
  switch (pattern.type) {
    case 'Identifier': {
      const number = w.scope.lookup(pattern.name, VALUE);
      if (number === undefined) break;
      const binding = model.bindings[number]!;
      // `var x` may be declared again: the first type or value counts.
      if (type !== undefined) binding.type ??= type;
      if (type === undefined || model.exprs[value]![0] === 'param') binding.init ??= value;
      break;
    }
    case 'AssignmentPattern': {
      const fallback = readExpression(w, pattern.right);
      const whole = type === undefined ? value : model.expr(['as', type]);
      bindPattern(w, pattern.left, model.expr(['else', whole, fallback]), undefined);
      break;
    }
    case 'ObjectPattern': {
      const whole = type === undefined ? value : model.expr(['as', type]);
      for (const property of pattern.properties) {
        if (property.type === 'RestElement') {
          bindPattern(w, property.argument, model.expr(['rest', whole]), undefined);
          continue;
        }
        if (property.computed) readExpression(w, property.key);
        const name = keyName(property.key, property.computed);
        bindPattern(w, property.value, name === undefined ? w.any : model.expr(['.', whole, name]), undefined);
      }
      break;
    }
    case 'ArrayPattern': {
      const whole = type === undefined ? value : model.expr(['as', type]);
      pattern.elements.forEach((element, i) => {
        if (!element) return;
        const isRest = element.type === 'RestElement';
        bindPattern(w, isRest ? element.argument : element, isRest ? whole : model.expr(['at', whole, i]), undefined);
      });
      break;
    }
    default:
      break;
  }
}
