import { fileId, relationshipId, symbolId, type GraphNode, type Relationship } from '@graphtail/facts/plain';
import { addressOf, type Address } from './address.ts';
import { composeRoutes, type ComposedRoute } from './compose.ts';
import { expandRequest } from './expand.ts';
import type { Origin } from '../extraction/origin.ts';
import { fileOf } from '../resolution/relationships/node-id.ts';
import { isEmpty, noRecords, type HttpRecords, type PassRecord, type RequestRecord } from './records.ts';
import { RouteTable, type Match, type ServedRoute } from './matching.ts';
import { alternatives } from './texts.ts';
import { canonicalPath, segmentsOf } from './path-pattern.ts';

/** What the routes and requests of all files together add to the graph of one file. */
export interface SeamGraph {
  readonly nodes: GraphNode[];
  readonly relationships: Relationship[];
}

const NONE: SeamGraph = { nodes: [], relationships: [] };

type FileKind = { readonly language: string; readonly origin: Origin | undefined };

/**
 * Routes and seams of the whole program, computed from what each file says. They depend on nothing else, and are computed again only
 * when a file's records change. update() returns the files whose part differs then.
 */
export class SeamMap {
  readonly #records = new Map<string, FileKind & { records: HttpRecords; text: string }>();
  #graphs = new Map<string, { graph: SeamGraph; text: string }>();
  #isStale = false;

  put(path: string, { language, origin }: FileKind, records: HttpRecords): void {
    const known = this.#records.get(path);
    if (isEmpty(records)) {
      this.delete(path);
      return;
    }
    const text = JSON.stringify(records);
    if (known?.text === text && known.language === language && known.origin === origin) return;
    this.#records.set(path, { records, text, language, origin });
    this.#isStale = true;
  }

  delete(path: string): void {
    if (this.#records.delete(path)) this.#isStale = true;
  }

  /** What a file says about routes and requests. */
  recordsOf(path: string): HttpRecords {
    return this.#records.get(path)?.records ?? noRecords();
  }

  of(path: string): SeamGraph {
    return this.#graphs.get(path)?.graph ?? NONE;
  }

  /** @returns the files whose part has changed */
  update(): string[] {
    if (!this.#isStale) return [];
    const before = this.#graphs;
    this.#graphs = new Map([...this.#build()].map(([path, graph]) => [path, { graph, text: JSON.stringify(graph) }]));
    this.#isStale = false;
    const paths = new Set([...before.keys(), ...this.#graphs.keys()]);
    return [...paths].filter((path) => before.get(path)?.text !== this.#graphs.get(path)?.text);
  }

  #build(): Map<string, SeamGraph> {
    const files = new Map([...this.#records.keys()].sort().map((path) => [path, this.#records.get(path)!.records]));
    const graphs = new Map<string, SeamGraph>();
    const graphOf = (path: string): SeamGraph => {
      let graph = graphs.get(path);
      if (graph === undefined) graphs.set(path, (graph = { nodes: [], relationships: [] }));
      return graph;
    };
    const served = this.#addRoutes(composeRoutes(files), graphOf);
    const table = new RouteTable(served);
    const passes = new Map<string, PassRecord[]>();
    for (const { passes: given } of files.values()) {
      for (const pass of given) {
        const list = passes.get(pass.callee);
        if (list === undefined) passes.set(pass.callee, [pass]);
        else list.push(pass);
      }
    }
    const found = new Map<string, Relationship>();
    for (const { requests } of files.values()) {
      for (const request of requests.flatMap(whole))
        for (const each of expandRequest(request, passes).flatMap(whole)) addSeams(found, table, each);
    }
    for (const seam of found.values()) graphOf(seam.file_path).relationships.push(seam);
    for (const { relationships } of graphs.values()) relationships.sort((a, b) => (a.id < b.id ? -1 : 1));
    return graphs;
  }

  #addRoutes(routes: readonly ComposedRoute[], graphOf: (path: string) => SeamGraph): ServedRoute[] {
    const taken = new Set<string>();
    return routes.map(({ file, record, ownPath, path, isWhole }) => {
      const name = `${record.method} ${canonicalPath(ownPath)}`;
      let suffix = name;
      for (let ordinal = 2; taken.has(symbolId(file, suffix)); ordinal++) suffix = `${name}~${String(ordinal)}`;
      const id = symbolId(file, suffix);
      taken.add(id);
      const graph = graphOf(file);
      const { language, origin } = this.#records.get(file)!;
      graph.nodes.push({
        id,
        name,
        node_type: 'route',
        language,
        file_path: file,
        start_line: record.start,
        end_line: record.end,
        complexity: 0,
        line_count: record.end - record.start + 1,
        qualified_name: name,
        http_method: record.method,
        route_path: canonicalPath(path),
        ...(origin !== undefined && { origin }),
      });
      const relationship = (source: string, type: 'contains' | 'references', target: string, more: Partial<Relationship>): void => {
        const relation = {
          id: relationshipId(source, type, target),
          source_id: source,
          target_id: target,
          relationship_type: type,
          file_path: file,
        };
        if (!graph.relationships.some((known) => known.id === relation.id)) graph.relationships.push({ ...relation, ...more });
      };
      relationship(fileId(file), 'contains', id, {});
      for (const { id: handler, confidence, resolution } of record.handlers)
        relationship(id, 'references', handler, { confidence, resolution, line_offset: 0, count: 1 });
      return { id, file, method: record.method, segments: segmentsOf(path), isWhole, endsWithSlash: path.endsWith('/') };
    });
  }
}

/** How sure a call is that only its address shows to be a request. */
const EVIDENT = 0.75;

/** What is left of the matches of a call of which nothing but the address says that it is a request. */
function proved([match, ...others]: readonly Match[], { segments }: Address): Match[] {
  const isTelling = segments.filter((segment) => typeof segment === 'string').length >= 2;
  if (match === undefined || others.length > 0 || !isTelling || match.resolution !== 'route') return [];
  return [{ ...match, confidence: Math.min(match.confidence, EVIDENT) }];
}

/** The requests that one request stands for if its path or its method depends on a condition. */
function whole(request: RequestRecord): RequestRecord[] {
  const methods = alternatives([request.method]);
  return alternatives(request.url).flatMap((url) => methods.map(([method = {}]) => ({ ...request, url, method })));
}

function addSeams(
  found: Map<string, Relationship>,
  table: RouteTable,
  { source, offset, method, base, url, isEvident }: RequestRecord,
): void {
  const address = addressOf(base, url);
  if (address === undefined) return;
  const file = fileOf(source);
  const matches = table.find(address, typeof method === 'string' ? method.toUpperCase() : undefined, file);
  for (const match of isEvident === true ? proved(matches, address) : matches) addSeam(found, source, file, offset, match);
}

function addSeam(
  found: Map<string, Relationship>,
  source: string,
  file: string,
  offset: number,
  { id: target, confidence, resolution }: { id: string; confidence: number; resolution: string },
): void {
  const id = relationshipId(source, 'seam', target);
  const known = found.get(id);
  if (known === undefined) {
    const ends = { id, source_id: source, target_id: target, relationship_type: 'seam' as const, file_path: file };
    found.set(id, { ...ends, confidence, resolution, line_offset: offset, count: 1 });
    return;
  }
  known.count = (known.count ?? 0) + 1;
  known.line_offset = Math.min(known.line_offset ?? offset, offset);
  if (confidence > (known.confidence ?? 0)) Object.assign(known, { confidence, resolution });
}
