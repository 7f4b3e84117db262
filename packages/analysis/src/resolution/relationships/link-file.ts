import { fileId, relationshipId, type GraphNode, type NodeType, type Relationship, type RelationshipType } from '@graphtail/facts/plain';
import {
  FILE_NODE,
  NO_NODE,
  entriesOf,
  type ExprNumber,
  type ModuleNumber,
  type NodeNumber,
  type ShapeNumber,
} from '../../extraction/numbers.ts';
import { ANALYZER_VERSION } from '../../extraction/version.ts';
import type { Binding, Shape, Site } from '../../extraction/extraction.ts';
import type { Evaluator } from '../program/evaluator.ts';
import { constructorTargets } from './constructors.ts';
import { nodeId } from './node-id.ts';
import { kindOf } from './node-kinds.ts';
import { extensionMixins } from '../types/extensions.ts';
import { findMembers, parentInstance } from '../types/members.ts';
import { exported, exportedNames } from '../program/module-surface.ts';
import { filesOfImport } from './imported-files.ts';
import { CONFIDENCE, targetsOf, typeTargets, type Resolution, type Resolved } from './targets.ts';
import type { Type } from '../program/type.ts';
import type { Unit } from '../program/unit.ts';

export interface FileGraph {
  readonly nodes: GraphNode[];
  readonly relationships: Relationship[];
}

/** What a file's graph does not contain. */
export interface UnitUses {
  /** Packages that the file depends on. */
  readonly packages: ReadonlySet<string>;
  /** Calls that the linker cannot resolve. `externalCalls` counts calls of packages or of the language's own objects. */
  readonly unresolvedCalls: number;
  readonly externalCalls: number;
  readonly resolvedCalls: number;
}

export interface LinkedUnit {
  readonly graph: FileGraph;
  readonly uses: UnitUses;
}

/** Derives the nodes and relationships of one file. */
export function linkUnit(e: Evaluator, unit: Unit): LinkedUnit {
  const links = new Links(e, unit);
  links.declarations();
  links.modules();
  links.exports();
  links.heritage();
  for (const site of unit.extraction.sites) links.site(site);
  const { packages, unresolvedCalls, externalCalls, resolvedCalls } = links;
  const nodes = unit.extraction.nodes.map((_, i) => graphNode(e, unit, i as NodeNumber));
  const graph = { nodes, relationships: links.relationships() };
  return { graph, uses: { packages, unresolvedCalls, externalCalls, resolvedCalls } };
}

function graphNode(e: Evaluator, unit: Unit, number: NodeNumber): GraphNode {
  const { extraction, path } = unit;
  const { name, type, parent, suffix, qualifiedName, start, end, complexity, ...attributes } = extraction.nodes[number]!;
  void type;
  void suffix;
  const node: GraphNode = {
    id: nodeId(unit, number),
    name: parent === NO_NODE ? path.slice(path.lastIndexOf('/') + 1) : name,
    node_type: kindOf(e, unit, number),
    language: extraction.language,
    file_path: path,
    start_line: start,
    end_line: end,
    complexity,
    line_count: end - start + 1,
    ...attributes,
  };
  if (unit.origin !== undefined) node.origin = unit.origin;
  if (parent !== -1) node.qualified_name = qualifiedName;
  else {
    node.content_hash = extraction.contentHash;
    node.analyzer_version = ANALYZER_VERSION;
  }
  return node;
}

const USES = { call: 'calls', new: 'instantiates', render: 'uses', refer: 'references', type: 'uses', decorate: 'uses' } as const;

/** Collects the relationships of one file, at most one for each source, type and target. */
class Links {
  readonly packages = new Set<string>();
  unresolvedCalls = 0;
  externalCalls = 0;
  resolvedCalls = 0;
  readonly #e: Evaluator;
  readonly #unit: Unit;
  readonly #found = new Map<string, Relationship>();

  constructor(e: Evaluator, unit: Unit) {
    this.#e = e;
    this.#unit = unit;
  }

  relationships(): Relationship[] {
    return [...this.#found.values()];
  }

  declarations(): void {
    this.#unit.extraction.nodes.forEach(({ parent }, i) => {
      if (parent !== NO_NODE) this.#plain(parent, 'contains', nodeId(this.#unit, i as NodeNumber), 1);
    });
  }

  modules(): void {
    const { modules } = this.#unit.extraction;
    modules.forEach(({ count, line, how }, i) => {
      const target = this.#unit.modules[i];
      if (target === undefined || how === 'scope') return;
      if ('packageId' in target) {
        this.packages.add(target.packageId);
        this.#plain(FILE_NODE, 'depends_on', target.packageId, count, line);
      } else if (target.unit.isGroup) {
        for (const file of filesOfImport(this.#e, this.#unit, i as ModuleNumber))
          this.#plain(FILE_NODE, 'imports', fileId(file.path), count, line);
      } else if (target.unit !== this.#unit) this.#plain(FILE_NODE, 'imports', fileId(target.unit.path), count, line);
    });
  }

  exports(): void {
    for (const name of exportedNames(this.#e, this.#unit)) {
      const found = exported(this.#e, this.#unit, name);
      if (found === undefined || found.k === 'external' || found.unit.isLibrary) continue;
      if (found.k === 'module') {
        if (found.unit !== this.#unit && !found.unit.isGroup) this.#plain(FILE_NODE, 'exports', fileId(found.unit.path), 1);
        continue;
      }
      if (found.k === 'binding') this.#e.touch(found.unit.bindingFacet(found.binding));
      const { node, typeNode, alias, init }: Partial<Binding> =
        found.k === 'binding' ? found.unit.extraction.bindings[found.binding]! : found.node === undefined ? {} : { node: found.node };
      // Another name for something declared elsewhere: `pub use a::b`.
      if ((typeNode ?? node) === undefined && alias !== undefined && init !== undefined)
        for (const target of targetsOf(this.#e, found.unit, init).targets)
          this.#plain(FILE_NODE, 'exports', nodeId(target.unit, target.node), 1);
      // A component is its file, which does not export itself.
      const isOwnFile = found.unit === this.#unit && node === FILE_NODE;
      for (const symbol of isOwnFile ? [] : [node, typeNode])
        if (symbol !== undefined) this.#plain(FILE_NODE, 'exports', nodeId(found.unit, symbol), 1);
    }
  }

  heritage(): void {
    const { shapes } = this.#unit.extraction;
    for (const [number, shape] of entriesOf<ShapeNumber, Shape>(shapes)) {
      const { node } = shape;
      if (shape.of !== undefined) this.#overrides(number);
      if (node === undefined || shape.kind === 'literal' || shape.kind === 'object') continue;
      if (shape.parent !== undefined && shape.mixins !== undefined) this.#mixin(node, shape.kind, shape.parent.expr);
      else if (shape.parent !== undefined) this.#resolved(node, 'inherits', targetsOf(this.#e, this.#unit, shape.parent.expr), 0, 1);
      for (const base of shape.bases ?? []) {
        this.#resolved(node, shape.kind === 'class' ? 'implements' : 'inherits', typeTargets(this.#e, this.#unit, base), 0, 1);
      }
      for (const mixin of shape.mixins ?? []) this.#mixin(node, shape.kind, mixin);
      for (const { unit, mixin } of extensionMixins(this.#e, this.#unit, number)) this.#mixin(node, shape.kind, mixin, unit);
      if (shape.blocks !== true) this.#overrides(number);
    }
  }

  #overrides(number: ShapeNumber): void {
    const parent = this.#above(number);
    if (parent === undefined) return;
    for (const member of this.#unit.extraction.shapes[number]!.members) {
      if (
        member.node === undefined ||
        member.fn === undefined ||
        member.isStatic === true ||
        member.name === 'constructor' ||
        member.name.includes('/')
      )
        continue;
      for (const found of findMembers(this.#e, parent, member.name)) {
        if (found.k !== 'member' || found.member.node === undefined || found.unit.isLibrary) continue;
        this.#add(member.node, 'overrides', nodeId(found.unit, found.member.node), 0, 1, 'super');
      }
    }
  }

  /** The type whose members the shape's own members may override. */
  #above(number: ShapeNumber): Type | undefined {
    const { parent, mixins } = this.#unit.extraction.shapes[number]!;
    if (mixins !== undefined) return { k: 'shape', unit: this.#unit, shape: number, env: undefined, above: true };
    return parent === undefined ? undefined : parentInstance(this.#e, this.#unit, parent, undefined);
  }

  /** An interface among the mixins is implemented; anything else is inherited. */
  #mixin(node: NodeNumber, kind: Shape['kind'], mixin: ExprNumber, unit = this.#unit): void {
    const expr = unit.extraction.exprs[mixin]!;
    const { targets, external } = expr[0] === 'as' ? typeTargets(this.#e, unit, expr[1]) : targetsOf(this.#e, unit, mixin);
    for (const target of targets) {
      const isInterface = kindOf(this.#e, target.unit, target.node) === 'interface';
      this.#resolved(node, kind !== 'interface' && isInterface ? 'implements' : 'inherits', { targets: [target], external }, 0, 1);
    }
  }

  site([kind, owner, target, line, count]: Site): void {
    const offset = line - this.#unit.extraction.nodes[owner]!.start;
    if (kind === 'type') {
      this.#resolved(owner, 'uses', typeTargets(this.#e, this.#unit, target), offset, count);
      return;
    }
    const expr = this.#unit.extraction.exprs[target]!;
    if (kind === 'new' && expr[0] === 'super') {
      this.#constructors(owner, target, undefined, 'super', offset, count);
      return;
    }
    // Where the number of arguments distinguishes constructors, the whole expression is the target.
    const [named, args] = kind === 'new' && expr[0] === 'new' ? [expr[1], expr[2].length] : [target, undefined];
    const resolved = targetsOf(this.#e, this.#unit, named);
    if (kind === 'call' || kind === 'new') {
      this.#countCall(resolved, count);
      this.#resolved(owner, USES[kind], resolved, offset, count);
    }
    if (kind === 'call' || kind === 'new' || kind === 'render') {
      const made = resolved.targets.find(({ unit, node }) => kindOf(this.#e, unit, node) === 'class');
      if (made !== undefined) this.#constructors(owner, named, args, made.how, offset, count);
      if (kind !== 'render') return;
      if (made !== undefined) this.#resolved(owner, 'instantiates', { ...resolved, targets: [made] }, offset, count);
    }
    // A reference to a module-level variable or a property refers to a value, not to a callback worth a relationship.
    const telling =
      kind !== 'refer' ? resolved.targets : resolved.targets.filter(({ unit, node }) => REFERABLE.has(unit.extraction.nodes[node]!.type));
    this.#resolved(owner, USES[kind], { ...resolved, targets: telling }, offset, count);
  }

  #countCall({ targets, external }: Resolved, count: number): void {
    if (targets.length > 0) this.resolvedCalls += count;
    else if (external) this.externalCalls += count;
    else this.unresolvedCalls += count;
  }

  /** Making an instance calls the constructor, if the program declares one. */
  #constructors(owner: NodeNumber, made: ExprNumber, args: number | undefined, how: Resolution, offset: number, count: number): void {
    const targets = constructorTargets(this.#e, this.#unit, made, args, how);
    if (how === 'super') this.#countCall({ targets, external: false }, count);
    this.#resolved(owner, 'calls', { targets, external: false }, offset, count);
  }

  #resolved(source: NodeNumber, type: RelationshipType, { targets }: Resolved, offset: number, count: number): void {
    const seen = new Set<string>();
    for (const { unit, node, how } of targets) {
      const id = nodeId(unit, node);
      if (seen.has(id) || (unit === this.#unit && node === source && type !== 'calls')) continue;
      seen.add(id);
      const kind = type === 'calls' || type === 'instantiates' ? callKind(type, kindOf(this.#e, unit, node)) : type;
      this.#add(source, kind, id, offset, count, how);
    }
  }

  #add(source: NodeNumber, type: RelationshipType, target: string, offset: number, count: number, how: Resolution): void {
    const sourceId = nodeId(this.#unit, source);
    const id = relationshipId(sourceId, type, target);
    const known = this.#found.get(id);
    if (known === undefined) {
      this.#found.set(id, {
        id,
        source_id: sourceId,
        target_id: target,
        relationship_type: type,
        file_path: this.#unit.path,
        confidence: CONFIDENCE[how],
        resolution: how,
        line_offset: offset,
        count,
      });
      return;
    }
    known.count = (known.count ?? 0) + count;
    known.line_offset = Math.min(known.line_offset ?? offset, offset);
    if (CONFIDENCE[how] > (known.confidence ?? 0)) {
      known.confidence = CONFIDENCE[how];
      known.resolution = how;
    }
  }

  #plain(source: NodeNumber, type: RelationshipType, target: string, count: number, line?: number): void {
    const sourceId = nodeId(this.#unit, source);
    const id = relationshipId(sourceId, type, target);
    if (this.#found.has(id)) return;
    const relationship: Relationship = { id, source_id: sourceId, target_id: target, relationship_type: type, file_path: this.#unit.path };
    if (line !== undefined) {
      relationship.line_offset = line - this.#unit.extraction.nodes[source]!.start;
      relationship.count = count;
    }
    this.#found.set(id, relationship);
  }
}

/**
 * The relationship that a call of a node of this kind, or `new` on it, makes. A variable not known to hold a function is only referred
 * to.
 */
function callKind(type: 'calls' | 'instantiates', target: NodeType): RelationshipType {
  if (target === 'class') return 'instantiates';
  if (target === 'function' || target === 'method') return 'calls';
  return type === 'instantiates' && target === 'interface' ? 'instantiates' : 'references';
}

const REFERABLE: ReadonlySet<string> = new Set(['file', 'function', 'method', 'class', 'enum', 'variable']);
