import type { Binding, Member, Shape } from '../../../extraction/extraction.ts';
import { FILE_NODE, type BindingNumber, type ExprNumber, type ShapeNumber } from '../../../extraction/numbers.ts';
import { Scope, VALUE } from '../scope.ts';
import type { Walk } from '../walk.ts';

/** Where a component gives names to its template, in the order in which they count. `setup` and `data` return them. */
const RETURNED = ['setup', 'data'] as const;
const LISTED = ['methods', 'computed', 'props', 'inject'] as const;

/** The names that a component's options give to its template: `export default { setup() { return { save } }, methods: { … } }`. */
export class Options {
  readonly #w: Walk;
  readonly #shape: ShapeNumber;
  readonly #self: ExprNumber;
  readonly #bindings = new Map<string, BindingNumber>();

  constructor(w: Walk, shape: ShapeNumber) {
    this.#w = w;
    this.#shape = shape;
    this.#self = w.model.expr(['this', shape]);
  }

  /** The options, or the class, that a file exports by default. */
  static of(w: Walk): Options | undefined {
    const entry = w.model.exports.find((each) => 'name' in each && each.name === 'default');
    if (entry === undefined) return undefined;
    const { holder, init } = 'binding' in entry ? w.model.bindings[entry.binding]! : {};
    const shape = holder ?? shapeOf(w, 'expr' in entry ? entry.expr : init);
    return shape === undefined ? undefined : new Options(w, shape);
  }

  /** The component of `components` that a tag stands for. */
  component(tag: string): ExprNumber | undefined {
    const member = this.#objectOf('components')?.members.find(({ name }) => pascalCase(name) === pascalCase(tag));
    return member?.init;
  }

  binding(name: string): BindingNumber {
    let binding = this.#bindings.get(name);
    if (binding === undefined) this.#bindings.set(name, (binding = this.#declared(name) ?? this.#derived(name)));
    return binding;
  }

  /** What a name stands for, if that is written in the file: a variable that `setup` returns, a method, a member of a class. */
  #declared(name: string): BindingNumber | undefined {
    const { model } = this.#w;
    for (const option of RETURNED) {
      for (const returned of this.#returnedBy(option)) {
        const member = this.#shapeAt(returned)?.members.find((each) => each.name === name);
        const expr = member?.init === undefined ? undefined : model.exprs[member.init];
        if (expr?.[0] === 'name') return expr[1];
        if (member !== undefined) return this.#bind(name, member);
      }
    }
    for (const option of LISTED) {
      const member = this.#objectOf(option)?.members.find((each) => each.name === name);
      if (member !== undefined) return this.#bind(name, option === 'computed' || option === 'methods' ? member : { name });
    }
    const member = this.#isClass ? model.shapes[this.#shape]!.members.find((each) => each.name === name) : undefined;
    return member === undefined ? undefined : this.#bind(name, member);
  }

  /** A name that may be spread into what `setup` returns, or inherited. The linker finds out. */
  #derived(name: string): BindingNumber {
    const { model } = this.#w;
    const of = (object: ExprNumber): ExprNumber => model.expr(['.', object, name]);
    const option = (key: string): ExprNumber => model.expr(['.', this.#self, key]);
    const sources = this.#isClass
      ? [of(this.#self)]
      : [
          ...RETURNED.filter((key) => this.#member(key) !== undefined).map((key) => of(model.expr(['call', option(key), [], []]))),
          ...LISTED.filter((key) => this.#member(key) !== undefined).map((key) => of(option(key))),
        ];
    const init = [...sources, model.expr(['global', name])].reduceRight((rest, source) => model.expr(['else', source, rest]));
    return this.#bind(name, { name, init });
  }

  #bind(name: string, { node, fn, init, type }: Member): BindingNumber {
    const { model } = this.#w;
    const number = model.binding(name);
    const given: Partial<Binding> = {
      ...(node === undefined ? {} : { node }),
      ...(fn === undefined ? {} : { fn }),
      ...(init === undefined ? {} : { init }),
      ...(type === undefined ? {} : { type }),
    };
    Object.assign(model.bindings[number]!, given);
    return number;
  }

  get #isClass(): boolean {
    return this.#w.model.shapes[this.#shape]!.kind === 'class';
  }

  #member(key: string): Member | undefined {
    return this.#w.model.shapes[this.#shape]!.members.find(({ name }) => name === key);
  }

  #objectOf(key: string): Shape | undefined {
    const init = this.#member(key)?.init;
    return init === undefined ? undefined : this.#shapeAt(init);
  }

  #shapeAt(expr: ExprNumber): Shape | undefined {
    const shape = shapeOf(this.#w, expr);
    return shape === undefined ? undefined : this.#w.model.shapes[shape];
  }

  #returnedBy(key: string): readonly ExprNumber[] {
    const { functions, exprs } = this.#w.model;
    const member = this.#member(key);
    const init = member?.init === undefined ? undefined : exprs[member.init];
    const fn = member?.fn ?? (init?.[0] === 'fn' ? init[1] : undefined);
    return fn === undefined ? [] : (functions[fn]!.returned ?? []);
  }
}

/** The object literal that an expression is, or is made from: `defineComponent({ … })`. */
function shapeOf({ model }: Walk, number: ExprNumber | undefined): ShapeNumber | undefined {
  let expr = number === undefined ? undefined : model.exprs[number]!;
  if (expr?.[0] === 'call') expr = expr[2][0] === undefined ? undefined : model.exprs[expr[2][0]]!;
  if (expr?.[0] === 'name') {
    const { init, holder } = model.bindings[expr[1]]!;
    if (holder !== undefined) return holder;
    expr = init === undefined ? undefined : model.exprs[init]!;
  }
  return expr?.[0] === 'object' || expr?.[0] === 'class' ? expr[1] : undefined;
}

/** The outermost scope of a template. A name that it does not have may be one that the component gives it. */
export class TemplateScope extends Scope {
  readonly #given: ((name: string) => BindingNumber | undefined) | undefined;

  constructor(w: Walk, outer: Scope | undefined, given?: (name: string) => BindingNumber | undefined) {
    super(w.model, outer, true, false);
    this.#given = given;
  }

  override lookup(name: string, meaning: number): BindingNumber | undefined {
    return super.lookup(name, meaning) ?? ((meaning & VALUE) === 0 ? undefined : this.#given?.(name));
  }
}

/** A file that is a component exports it by default. The component is the file itself. */
export function exportComponent({ model }: Walk, value: ExprNumber): void {
  const known = model.exports.findIndex((each) => 'name' in each && each.name === 'default');
  const entry = known === -1 ? undefined : model.exports[known]!;
  if (entry === undefined) model.exports.push({ name: 'default', expr: value, node: FILE_NODE });
  else if ('expr' in entry) entry.node ??= FILE_NODE;
}

/** `myButton` for `my-button`. */
export function camelCase(name: string): string {
  return name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

export function pascalCase(name: string): string {
  const camel = camelCase(name);
  return camel.charAt(0).toUpperCase() + camel.slice(1);
}

/** The component that a value is, or that it imports when it is first rendered: `defineAsyncComponent(() => import('./a.vue'))`. */
export function loadedComponent({ model }: Walk, number: ExprNumber, steps = 4): ExprNumber {
  const expr = model.exprs[number]!;
  const inner =
    expr[0] === 'name'
      ? model.bindings[expr[1]]!.init
      : expr[0] === 'call'
        ? expr[2][0]
        : expr[0] === 'fn'
          ? model.functions[expr[1]]!.returned?.[0]
          : undefined;
  if (expr[0] === 'import') return model.expr(['.', model.expr(['await', number]), 'default']);
  if (inner === undefined || steps === 0) return number;
  const loaded = loadedComponent({ model } as Walk, inner, steps - 1);
  return loaded === inner ? number : loaded;
}
