import type { SourceExtraction } from '../../../extraction/extraction.ts';
import type { BindingNumber, ExprNumber } from '../../../extraction/numbers.ts';
import { COMPONENT, COMPONENT_OF_TEMPLATE } from '../../../extraction/specifiers/templates.ts';
import { hasLongLines } from '../../../extraction/source-text.ts';
import type { LanguagePlugin } from '../../language-plugin.ts';
import { parseSource } from '../parse.ts';
import { readModule } from '../read-module.ts';
import type { Walk } from '../walk.ts';
import { ANGULAR } from './angular-component.ts';
import { AngularTemplate } from './angular-template.ts';
import { CodeReader } from './code.ts';
import { TemplateScope } from './component.ts';
import { MarkupReader } from './markup.ts';
import { scriptText, sectionsOf, valueOf, without, type Section } from './sections.ts';

/** HTML pages, and templates of Angular components. */
export const html: LanguagePlugin = { extensions: { '.html': 'html', '.htm': 'html' }, extract };

const SCRIPT_TYPE = /^(?:|module|(?:text|application)\/(?:javascript|ecmascript|x-javascript|babel|jsx|typescript))$/i;
/** Only Angular writes this. In other files, `{{ … }}` may be anything. */
const IS_ANGULAR =
  /\*ng[A-Z]\w*=|\[\(?[\w.-]+\)?\]\s*=\s*"|\s\([\w.-]+\)\s*=\s*"|^[ \t]*@(?:if|for|switch|defer)\s*\(|<ng-(?:container|template|content)\b/m;

function extract(source: string, _fileName: string, contentHash: string): SourceExtraction {
  const sections = sectionsOf(source);
  const scripts = sections.filter(({ tag, attributes }) => tag === 'script' && SCRIPT_TYPE.test(valueOf(source, attributes, 'type') ?? ''));
  const written = scripts.filter(
    ({ attributes, content }) =>
      valueOf(source, attributes, 'src') === undefined && !hasLongLines(source.slice(content.start, content.end)),
  );
  const parsed = parseSource(scriptText(source, written), '.js');
  // Two scripts of a page may declare the same name.
  const error = parsed.error?.includes('already been declared') === true ? undefined : parsed.error;
  const markup = without(
    source,
    sections.map(({ whole }) => whole),
  );
  const after = (w: Walk): void => {
    const code = new CodeReader(w, markup, '.ts');
    const top = w.scope;
    readScriptLinks(code, source, scripts);
    const pieces = new MarkupReader(markup, ANGULAR).all(0);
    for (const piece of pieces) {
      if (piece.kind !== 'open') continue;
      for (const { name, value } of piece.attributes) if (value !== undefined && /^on[a-z]+$/.test(name)) code.handler(value);
    }
    const template = new CodeReader(w, markup, '.ts');
    w.thisExpr = componentOf(w);
    w.scope = new TemplateScope(w, undefined, membersOf(w.thisExpr, w));
    new AngularTemplate(template).read(pieces);
    w.scope = top;
    if (IS_ANGULAR.test(markup)) template.tell();
  };
  return readModule(source, { ...parsed, error }, 'html', contentHash, { after });
}

/** Scripts of the program that a page loads: addresses without a host. One that begins with `/` is looked for beside the page. */
export function readScriptLinks(code: CodeReader, source: string, scripts: readonly Section[]): void {
  for (const { attributes, whole } of scripts) {
    const address = valueOf(source, attributes, 'src') ?? '';
    if (address === '' || /^(?:[a-z]+:|\/\/)|[{<]/i.test(address)) continue;
    const specifier = address.startsWith('.') ? address : `./${address.replace(/^\/+/, '')}`;
    code.w.model.module(specifier, 'import', code.lineOf(whole.start));
  }
}

/** The component that names this file as its template. */
function componentOf({ model }: Walk): ExprNumber {
  return model.expr(['as', model.type(['import', model.module(COMPONENT_OF_TEMPLATE, 'scope', 1), COMPONENT, []])]);
}

/** Names of the template are members of its component. */
function membersOf(component: ExprNumber, { model }: Walk): (name: string) => BindingNumber {
  const known = new Map<string, BindingNumber>();
  return (name) => {
    let binding = known.get(name);
    if (binding === undefined) {
      known.set(name, (binding = model.binding(name)));
      Object.assign(model.bindings[binding]!, { init: model.expr(['.', component, name]), implied: true });
    }
    return binding;
  };
}
