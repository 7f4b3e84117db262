import type {
  Binding,
  Expr,
  ExportRecord,
  FunctionRecord,
  HttpCall,
  ModuleRequest,
  NodeRecord,
  Shape,
  Site,
  SiteKind,
  TypeExpr,
} from './extraction.ts';
import type { BindingNumber, ExprNumber, FunctionNumber, ModuleNumber, NodeNumber, ShapeNumber, TypeNumber } from './numbers.ts';

const SITE_KINDS: readonly SiteKind[] = ['call', 'new', 'render', 'refer', 'type', 'decorate'];
/** Above the length of any table of a file that is small enough to be read. With this, keys stay below 2^53. */
const MAX_TABLE = 2 ** 24;

/** Collects the tables of one extraction. Equal expressions, types and uses are kept once. */
export class FileModel {
  readonly nodes: NodeRecord[] = [];
  readonly bindings: Binding[] = [];
  readonly functions: FunctionRecord[] = [];
  readonly shapes: Shape[] = [];
  readonly exprs: Expr[] = [];
  readonly types: TypeExpr[] = [];
  readonly modules: ModuleRequest[] = [];
  readonly exports: ExportRecord[] = [];
  readonly sites: Site[] = [];
  readonly http: HttpCall[] = [];
  readonly #exprNumbers = new Map<string, ExprNumber>();
  readonly #typeNumbers = new Map<string, TypeNumber>();
  readonly #moduleNumbers = new Map<string, ModuleNumber>();
  readonly #siteNumbers = new Map<number, number>();
  readonly #suffixes = new Set<string>();

  expr(expr: Expr): ExprNumber {
    return intern(this.exprs, this.#exprNumbers, expr);
  }

  type(type: TypeExpr): TypeNumber {
    return intern(this.types, this.#typeNumbers, type);
  }

  binding(name: string): BindingNumber {
    return added<BindingNumber, Binding>(this.bindings, { name });
  }

  function(record: FunctionRecord): FunctionNumber {
    return added(this.functions, record);
  }

  shape(shape: Shape): ShapeNumber {
    return added(this.shapes, shape);
  }

  module(specifier: string, how: ModuleRequest['how'], line: number): ModuleNumber {
    // A package may export something else to `require` than to `import`.
    const key = how === 'require' ? `require ${specifier}` : specifier;
    const known = this.#moduleNumbers.get(key);
    if (known === undefined) {
      const number = added<ModuleNumber, ModuleRequest>(this.modules, { specifier, how, line, count: 1 });
      this.#moduleNumbers.set(key, number);
      return number;
    }
    this.modules[known]!.count++;
    return known;
  }

  site(kind: SiteKind, owner: NodeNumber, target: ExprNumber | TypeNumber, line: number): void {
    const key = (owner * MAX_TABLE + target) * SITE_KINDS.length + SITE_KINDS.indexOf(kind);
    const known = this.#siteNumbers.get(key);
    if (known === undefined) {
      this.#siteNumbers.set(key, this.sites.push([kind, owner, target, line, 1] as Site) - 1);
      return;
    }
    const [, , , first, count] = this.sites[known]!;
    this.sites[known] = [kind, owner, target, Math.min(first, line), count + 1] as Site;
  }

  /**
   * Adds a node and names it within its parent. If the name is taken, it gets an ordinal.
   * `within`: the name of the node that contains it, if that is in another file.
   */
  node(given: Omit<NodeRecord, 'suffix' | 'qualifiedName'> & { within?: string }): NodeNumber {
    const { within, ...record } = given;
    const parent = this.nodes[record.parent];
    const inside = parent !== undefined && parent.suffix !== '';
    const plain = inside ? `${parent.suffix}.${record.name}` : within !== undefined ? `${within}.${record.name}` : record.name;
    let suffix = plain;
    for (let ordinal = 2; this.#suffixes.has(suffix); ordinal++) suffix = `${plain}~${String(ordinal)}`;
    if (parent !== undefined) this.#suffixes.add(suffix);
    const qualifiedName = inside ? `${parent.qualifiedName}.${record.name}` : plain;
    const named = { ...record, suffix: parent === undefined ? '' : suffix, qualifiedName: parent === undefined ? '' : qualifiedName };
    return added(this.nodes, named);
  }
}

/** Kinds of entries that contain a number of their own, so that no two of them are equal. */
const UNIQUE: ReadonlySet<unknown> = new Set(['fn', 'class', 'object', 'param', 'shape', 'arg']);

function intern<N extends number, T extends readonly unknown[]>(table: T[], numbers: Map<string, N>, entry: T): N {
  if (UNIQUE.has(entry[0])) return added(table, entry);
  let key = entry[0] as string;
  for (let i = 1; i < entry.length; i++) {
    const part = entry[i] as string | number | number[];
    // A bracket distinguishes an array from its elements.
    key += typeof part === 'object' ? `[${part.join()}]` : `,${part}`;
  }
  const known = numbers.get(key);
  if (known !== undefined) return known;
  const number = added<N, T>(table, entry);
  numbers.set(key, number);
  return number;
}

/** Adds an entry to a table, and returns its number. */
function added<N extends number, T>(table: T[], entry: T): N {
  return (table.push(entry) - 1) as N;
}
