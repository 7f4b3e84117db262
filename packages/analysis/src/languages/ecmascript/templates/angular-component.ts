import type * as t from '@babel/types';
import type { BindingNumber, ShapeNumber } from '../../../extraction/numbers.ts';
import { globalTag } from '../../../extraction/specifiers/global-tags.ts';
import { templateExport } from '../../../extraction/specifiers/templates.ts';
import { keyName, type Walk } from '../walk.ts';
import { AngularTemplate } from './angular-template.ts';
import { CodeReader } from './code.ts';
import { Options, TemplateScope } from './component.ts';
import { MarkupReader, type Span } from './markup.ts';

/** What an Angular template may contain. */
export const ANGULAR = { mustaches: true, blocks: true } as const;

/** Reads what Angular's decorators say of a class: by which tags, attributes and pipes templates use it, and its own template. */
export function readAngularClass(w: Walk, node: t.Class, shape: ShapeNumber, known: BindingNumber | undefined): void {
  for (const { expression } of node.decorators ?? []) {
    if (expression.type !== 'CallExpression' || expression.callee.type !== 'Identifier') continue;
    const { name } = expression.callee;
    const [given] = expression.arguments;
    if (given?.type !== 'ObjectExpression' || !/^(?:Component|Directive|Pipe)$/.test(name)) continue;
    const selector = textOf(given, name === 'Pipe' ? 'name' : 'selector');
    const binding = known ?? bindingOf(w, shape);
    if (selector !== undefined)
      for (const each of name === 'Pipe' ? [`|${selector.text}`] : selectorNames(selector.text)) w.globals.push([each, binding]);
    if (name !== 'Component') continue;
    const url = textOf(given, 'templateUrl');
    if (url !== undefined) {
      w.model.module(url.text, 'import', given.loc?.start.line ?? 1);
      w.model.exports.push({ name: templateExport(url.text), binding, hidden: true });
    }
    const template = textOf(given, 'template');
    if (template !== undefined) readInlineTemplate(w, shape, template.span);
  }
}

function readInlineTemplate(w: Walk, shape: ShapeNumber, span: Span): void {
  const { scope, thisExpr } = w;
  w.thisExpr = w.model.expr(['this', shape]);
  const options = new Options(w, shape);
  w.scope = new TemplateScope(w, undefined, (name) => options.binding(name));
  const code = new CodeReader(w, w.source, '.ts');
  new AngularTemplate(code).read(new MarkupReader(w.source, ANGULAR, span.end).all(span.start));
  code.tell();
  Object.assign(w, { scope, thisExpr });
}

/** `button[appSave], app-card` → `[appSave]`, `<app-card>` */
function selectorNames(selector: string): string[] {
  return selector.split(',').flatMap((each) => {
    const attributes = [...each.matchAll(/\[([\w-]+)/g)].map(([, name]) => `[${name!}]`);
    const tag = /^\s*([a-z][\w-]*)\s*$/.exec(each)?.[1];
    return tag === undefined ? attributes : [globalTag(tag)];
  });
}

/** A text that is written as a property of an object, and where its content is. */
function textOf(object: t.ObjectExpression, name: string): { readonly text: string; readonly span: Span } | undefined {
  for (const property of object.properties) {
    if (property.type !== 'ObjectProperty' || keyName(property.key, property.computed) !== name) continue;
    const { value } = property;
    const span = { start: (value.start ?? 0) + 1, end: (value.end ?? 1) - 1 };
    if (value.type === 'StringLiteral') return { text: value.value, span };
    if (value.type === 'TemplateLiteral' && value.expressions.length === 0) return { text: value.quasis[0]!.value.raw, span };
  }
  return undefined;
}

/** A binding of a class that has no name. */
function bindingOf({ model }: Walk, shape: ShapeNumber): BindingNumber {
  const number = model.binding('default');
  const { node } = model.shapes[shape]!;
  Object.assign(model.bindings[number]!, { holder: shape, shapes: [shape], ...(node === undefined ? {} : { node }) });
  return number;
}
