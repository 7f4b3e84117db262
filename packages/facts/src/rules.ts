import * as z from 'zod';
import { RELATIONSHIP_TYPES, type Relationship, type RelationshipType } from './entity.ts';
import { unescapePath } from './entity-id.ts';
import { compileGlob } from './glob.ts';
import { globField } from './glob-field.ts';

export const MOST_RULES = 100;
/** The file of an analysed folder that holds its rules. */
export const CONFIG_FILE = 'graphtail.config.json';

const common = {
  name: z
    .string()
    .regex(/^[^|\n]{1,100}$/, 'must have 1 to 100 characters, and no |')
    .describe('what the rule is called in facts and reports'),
  message: z.string().max(500).optional().describe('what to do instead'),
  relationship_types: z
    .array(z.enum(RELATIONSHIP_TYPES))
    .min(1)
    .optional()
    .describe('relationships that the rule is about; default: imports and depends_on'),
};
const glob = globField.min(1, 'must not be empty');

/** One rule about which code may depend on which. */
export const RuleSchema = z.union([
  z.strictObject({
    ...common,
    apart: glob
      .refine((text) => !text.includes('**'), 'must not contain **')
      .describe('folders that may not depend on one another, e.g. src/features/*'),
  }),
  z.strictObject({
    ...common,
    layers: z
      .array(glob)
      .min(2)
      .max(50)
      .describe('globs, from the top layer down: a layer may depend on those after it, not on those before it'),
  }),
  z.strictObject({
    ...common,
    from: glob.describe('files, e.g. src/domain/**'),
    to: glob.describe('files or packages that they may not depend on, e.g. src/ui/** or pkg:npm/react'),
  }),
]);
export type Rule = z.infer<typeof RuleSchema>;

export const RulesSchema = z
  .array(RuleSchema)
  .max(MOST_RULES)
  .refine((rules) => new Set(rules.map(({ name }) => name)).size === rules.length, 'must have different names');

/** The relationships that a rule is about. */
export function relationshipTypesOf({ relationship_types: types = ['imports', 'depends_on'] }: Rule): readonly RelationshipType[] {
  return types;
}

/** A relationship against a rule. */
export type Violation = Pick<Relationship, 'source_id' | 'target_id' | 'relationship_type'> & {
  readonly rule: string;
  readonly message: string;
};

type Ends = Pick<Relationship, 'source_id' | 'target_id' | 'relationship_type'>;
type Breaks = (from: string, to: string) => boolean;
type Compiled = { readonly rule: Rule; readonly types: ReadonlySet<RelationshipType>; readonly breaks: Breaks };

/** Rules, ready to be held against relationships. The result depends only on a relationship's ends and type. */
export class Rules {
  readonly list: readonly Rule[];
  readonly #compiled: readonly Compiled[];
  readonly #types: ReadonlySet<RelationshipType>;

  constructor(list: readonly Rule[]) {
    this.list = list;
    this.#compiled = list.map((rule) => ({
      rule,
      types: new Set(relationshipTypesOf(rule)),
      breaks: breaksOf(rule),
    }));
    this.#types = new Set(this.#compiled.flatMap(({ types }) => [...types]));
  }

  violations(relationship: Ends): Violation[] {
    const { source_id, target_id, relationship_type } = relationship;
    if (!this.#types.has(relationship_type)) return [];
    const [from, to] = [placeOf(source_id), placeOf(target_id)];
    return this.#compiled
      .filter(({ types, breaks }) => types.has(relationship_type) && from !== to && breaks(from, to))
      .map(({ rule }) => ({
        ...{ rule: rule.name, source_id, target_id, relationship_type },
        message: rule.message ?? `${from} may not depend on ${to}`,
      }));
  }
}

/** What identifies a violation: the entity of the facts about it. */
export function violationId({ rule, source_id, target_id, relationship_type }: Violation): string {
  return `${rule}|${source_id}|${relationship_type}|${target_id}`;
}

/** The path of the file that holds a node; the id itself for an external package. */
function placeOf(id: string): string {
  return unescapePath(id.split('#', 1)[0]!);
}

function breaksOf(rule: Rule): Breaks {
  if ('apart' in rule) {
    const depth = rule.apart.split('/').length;
    const matches = compileGlob(rule.apart);
    const folderOf = (path: string): string | undefined => {
      const parts = path.split('/');
      const folder = parts.length > depth ? parts.slice(0, depth).join('/') : undefined;
      return folder !== undefined && matches(folder) ? folder : undefined;
    };
    return (from, to) => {
      const [one, other] = [folderOf(from), folderOf(to)];
      return one !== undefined && other !== undefined && one !== other;
    };
  }
  if ('layers' in rule) {
    const layers = rule.layers.map(compileGlob);
    const layerOf = (path: string): number => layers.findIndex((matches) => matches(path));
    return (from, to) => layerOf(to) >= 0 && layerOf(to) < layerOf(from);
  }
  const [isFrom, isTo] = [compileGlob(rule.from), compileGlob(rule.to)];
  return (from, to) => isFrom(from) && isTo(to);
}

/**
 * The rules that the text of a configuration file holds. Its other settings are not looked at.
 * @returns a sentence that says what is wrong, if it is no JSON or a rule is none
 */
export function rulesIn(text: string): Rules | string {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return `${CONFIG_FILE} is no JSON: ${(error as Error).message}`;
  }
  const parsed = z.object({ rules: RulesSchema.optional() }).safeParse(json);
  if (parsed.success) return new Rules(parsed.data.rules ?? []);
  const [issue] = parsed.error.issues;
  return `${CONFIG_FILE}: ${issue!.path.join('.')}: ${issue!.message}`;
}
