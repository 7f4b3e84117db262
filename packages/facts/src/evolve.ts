import type { GraphNode, Relationship } from './entity.ts';
import type { Fact } from './fact.ts';
import { ZERO, addLanes, lanesFromHex, subtractLanes } from './hash.ts';
import type { Entry, GraphState, ReadonlyGraphState } from './state.ts';

/** What one fact does to a state: its entity's entry before and after. */
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

/** Returns the entity that a fact adds. If it holds no null it is not copied: entities are most of a state's memory. */
function added<Value extends object>(data: Value): Value {
  for (const name in data) if (data[name] === null || data[name] === undefined) return merged<Value>(undefined, data);
  return data;
}

/** Attributes of `data` replace those of `before`. A null removes an attribute, so an entity never holds a null. */
function merged<Value extends object>(before: Value | undefined, data: object): Value {
  const result: Record<string, unknown> = { ...before };
  for (const [key, value] of Object.entries(data)) {
    if (value === null || value === undefined) Reflect.deleteProperty(result, key);
    else result[key] = value;
  }
  return result as Value;
}

/** Returns the change that a fact makes to a state. The result depends only on the arguments, and neither argument is changed. */
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
      return NONE; // analyses, alerts, audit and event types that this version does not know do not change the graph
  }
}

function put<Value>(map: Map<string, Entry<Value>>, id: string, after: Entry<Value> | undefined): void {
  if (after === undefined) map.delete(id);
  else map.set(id, after);
}

/** Applies a change to the state that it was computed for. Takes O(1), whatever the state's size. */
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
 * (state, fact) → state. The result depends only on the arguments.
 * The caller must not use the given state again: its maps become the result's. That keeps a fold O(1) per fact.
 */
export function evolve(state: GraphState, fact: Fact): GraphState {
  return applyChange(state, changeOf(state, fact));
}
