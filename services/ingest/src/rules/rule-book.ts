import { readText } from '@graphtail/analysis';
import { CONFIG_FILE, Rules, rulesIn, violationId, type NewFact, type Violation } from '@graphtail/facts';
import type { Logger } from '@graphtail/runtime';
import type { Publisher } from '../publisher.ts';
import type { GraphView } from '../view.ts';

const MAX_BYTES = 256 * 1024;
const NONE = new Rules([]);

type Appending = { readonly view: GraphView; readonly publisher: Publisher };

/** The rules in a root's configuration file, and the facts by which the log learns what violates them. */
export class RuleBook {
  readonly #root: string;
  readonly #logger: Logger;
  #text: string | undefined;
  #rules = NONE;
  /** The rules have changed, or this process has just begun: every relationship has to be looked at. */
  #isNew = true;

  constructor(root: string, logger: Logger) {
    this.#root = root;
    this.#logger = logger;
  }

  /** A file that can't be used leaves the rules as they were, and is logged once. */
  #refresh(): void {
    const text = this.#read();
    if (text === this.#text) return;
    this.#text = text;
    const rules = text === undefined ? NONE : rulesIn(text);
    if (typeof rules === 'string') {
      this.#logger.warn({ reason: rules }, 'the rules of the configuration file are not used');
      return;
    }
    this.#rules = rules;
    this.#isNew = true;
  }

  #read(): string | undefined {
    try {
      return readText(this.#root, CONFIG_FILE, MAX_BYTES);
    } catch {
      return undefined; // absent, or nothing that a configuration can be
    }
  }

  /**
   * Appends the facts that lead from what the log says about rules to what is true of the view.
   * @param paths files whose relationships may have changed; undefined: all files
   */
  async tell({ view, publisher }: Appending, paths: Iterable<string> | undefined, signal: AbortSignal): Promise<void> {
    this.#refresh();
    const groups = async function* (this: RuleBook): AsyncGenerator<readonly NewFact[]> {
      const facts = await this.#news(view, paths, signal);
      if (facts.length > 0) yield facts;
    };
    await publisher.publish(() => groups.call(this), signal);
    this.#isNew = false;
  }

  async #news(view: GraphView, paths: Iterable<string> | undefined, signal: AbortSignal): Promise<NewFact[]> {
    if (this.#rules.list.length === 0 && !this.#isNew) return [];
    const told = await view.violations(signal);
    if (this.#rules.list.length === 0 && told.size === 0) return [];
    const looked = paths === undefined || this.#isNew ? undefined : new Set(paths);
    const now = new Map<string, Violation>();
    for (const id of relationshipsOf(view, looked)) {
      const relationship = view.relationship(id)!.value;
      for (const violation of this.#rules.violations(relationship)) now.set(violationId(violation), violation);
    }
    const isLookedAt = ({ source_id }: Violation): boolean => looked === undefined || looked.has(view.fileOf(source_id));
    return [
      ...[...told].filter(([id, violation]) => !now.has(id) && isLookedAt(violation)).map(([id, data]) => fact('rule_satisfied', id, data)),
      ...[...now].filter(([id]) => !told.has(id)).map(([id, data]) => fact('rule_violated', id, data)),
    ];
  }
}

function* relationshipsOf(view: GraphView, paths: ReadonlySet<string> | undefined): Iterable<string> {
  for (const path of paths ?? view.files()) yield* view.entitiesOf(path).relationships;
}

function fact(event_type: 'rule_violated' | 'rule_satisfied', entity_id: string, data: Violation): NewFact {
  return { event_type, entity_type: 'rule', entity_id, data };
}
