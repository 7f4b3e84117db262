import type { GraphNode, Relationship } from './entity.ts';
import type { Fact } from './fact.ts';
import { ZERO, addLanes, lanesFromHex, subtractLanes } from './hash.ts';
import type { Entry, GraphState, ReadonlyGraphState } from './state.ts';

/** What one fact does to a state: before and after of the one entity it is about. */
export type Change =
  | { readonly kind: 'node'; readonly id: string; readonly before?: Entry<GraphNode> | undefined; readonly after?: Entry<GraphNode> }
  | {
      readonly kind: 'relationship';
      readonly id: string;
      readonly before?: Entry<Relationship> | undefined;
      readonly after?: Entry<Relationship>;
    }
  | { readonly kind: 'reset' }
  | { readonly kind: 'anomaly'; readonly id: string }
  | { readonly kind: 'none' };

const NONE: Change = { kind: 'none' };

/** What was added, itself where it holds no null: most of a state's memory is its entities. */
function added<Value extends object>(data: Value): Value {
  for (const name in data) if (data[name] === null || data[name] === undefined) return merged<Value>(undefined, data);
  return data;
}

/** `added` replaces, null in an update removes: an entity never holds a null. */
function merged<Value extends object>(before: Value | undefined, data: object): Value {
  const result: Record<string, unknown> = { ...before };
  for (const [key, value] of Object.entries(data)) {
    if (value === null || value === undefined) Reflect.deleteProperty(result, key);
    else result[key] = value;
  }
  return result as Value;
}

/** The change that a fact means for a state. Reads its arguments, and nothing else; changes neither. */
export function changeOf(state: ReadonlyGraphState, fact: Fact): Change {
  const id = fact.entity_id;
  switch (fact.event_type) {
    case 'node_added':
      return {
        kind: 'node',
        id,
        before: state.nodes.get(id),
        after: { value: added<GraphNode>(fact.data), hash: lanesFromHex(fact.entity_hash) },
      };
    case 'node_updated': {
      const before = state.nodes.get(id);
      if (before === undefined) return { kind: 'anomaly', id };
      return { kind: 'node', id, before, after: { value: merged(before.value, fact.data), hash: lanesFromHex(fact.entity_hash) } };
    }
    case 'node_deleted': {
      const before = state.nodes.get(id);
      return before === undefined ? { kind: 'anomaly', id } : { kind: 'node', id, before };
    }
    case 'relationship_added':
      return {
        kind: 'relationship',
        id,
        before: state.relationships.get(id),
        after: { value: added<Relationship>(fact.data), hash: lanesFromHex(fact.entity_hash) },
      };
    case 'relationship_updated': {
      const before = state.relationships.get(id);
      if (before === undefined) return { kind: 'anomaly', id };
      return {
        kind: 'relationship',
        id,
        before,
        after: { value: merged(before.value, fact.data), hash: lanesFromHex(fact.entity_hash) },
      };
    }
    case 'relationship_deleted': {
      const before = state.relationships.get(id);
      return before === undefined ? { kind: 'anomaly', id } : { kind: 'relationship', id, before };
    }
    case 'graph_reset':
      return { kind: 'reset' };
    default:
      return NONE; // analyses, alerts, audit and kinds that this version does not know say nothing about the graph
  }
}

function put<Value>(map: Map<string, Entry<Value>>, id: string, after: Entry<Value> | undefined): void {
  if (after === undefined) map.delete(id);
  else map.set(id, after);
}

/** Carries a change out on the state it was computed for. O(1), whatever the state's size. */
export function applyChange(state: GraphState, change: Change): GraphState {
  switch (change.kind) {
    case 'node':
      put(state.nodes, change.id, change.after);
      break;
    case 'relationship':
      put(state.relationships, change.id, change.after);
      break;
    case 'reset':
      state.nodes.clear();
      state.relationships.clear();
      state.digest = ZERO;
      return state;
    case 'anomaly':
      state.anomalies += 1;
      return state;
    case 'none':
      return state;
  }
  state.digest = addLanes(subtractLanes(state.digest, change.before?.hash ?? ZERO), change.after?.hash ?? ZERO);
  return state;
}

/**
 * (state, fact) → state. The result depends on its arguments and on nothing else; the given state is
 * used up (its maps become the result's), which is what keeps a fold O(1) a fact.
 */
export function evolve(state: GraphState, fact: Fact): GraphState {
  return applyChange(state, changeOf(state, fact));
}
