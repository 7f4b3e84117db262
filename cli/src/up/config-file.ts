import { readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { CONFIG_FILE, RulesSchema, graphNameFor, isDurability, isGraphName, type Durability } from '@graphtail/facts';
import { z } from 'zod';
import { secondsOf } from '../duration.ts';
import { UsageError } from '../user-error.ts';
import type { FurtherRoot, RawOptions } from './options.ts';

const graphName = z
  .string()
  .refine(isGraphName, 'must match [A-Za-z0-9][A-Za-z0-9._-]{0,63}')
  .meta({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' });
const positive = z.int().min(1);

/**
 * What `graphtail.config.json` may hold. It lies in the analysed repository, which may be a stranger's: so nothing in it lets others in,
 * and nothing names where files are written.
 */
export const ConfigFileSchema = z.strictObject({
  $schema: z.string().optional().describe('the JSON Schema of this file, for editors'),
  graph: graphName.optional().describe("the graph's name; default: PATH's folder name"),
  roots: z
    .array(
      z.strictObject({
        path: z.string().min(1).describe('folder of another code base, relative to this file'),
        graph: graphName.optional().describe("its graph's name; default: the folder's name"),
      }),
    )
    .max(64)
    .optional()
    .describe('further folders to analyse, each as a graph of its own'),
  ignore: z
    .array(z.string().max(1_000))
    .max(1_000)
    .optional()
    .describe(
      'patterns of files and folders to leave out, as in .gitignore; they override those of .gitignore and .graphignore at the root',
    ),
  port: z.int().min(0).max(65_535).optional().describe('port to listen on; 0 takes a free one'),
  retention: z
    .strictObject({
      facts: positive.optional().describe('keep about this many facts'),
      bytes: positive.optional().describe('keep about this many bytes'),
      age: z
        .string()
        .refine((text) => secondsOf(text) !== undefined, 'must be a duration such as 90s, 30m, 12h, 7d or 2w')
        .meta({ pattern: '^[1-9]\\d{0,8}[smhdw]$' })
        .optional()
        .describe('keep facts for this long, e.g. 7d'),
    })
    .optional()
    .describe('how much of the log is kept; default: all'),
  durability: z
    .custom<Durability>(
      (given) => typeof given === 'string' && isDurability(given),
      'must be everysec, always or replicas:<n>, n from 1 to 9',
    )
    .meta({ type: 'string', pattern: '^(everysec|always|replicas:[1-9])$' })
    .optional()
    .describe('what acknowledged facts survive'),
  rules: RulesSchema.optional().describe('which code may not depend on which; read in the analysed folder'),
  watch: z.boolean().optional().describe('whether changes are watched for'),
  workers: z.int().min(1).optional().describe('parsing threads, at most as many as processors'),
  log_level: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace']).optional().describe("lowest level in the services' logs"),
});

export type ConfigFile = { readonly file: string; readonly options: Partial<RawOptions>; readonly roots: readonly FurtherRoot[] };

/** The JSON Schema of the file, as docs/graphtail.config.schema.json publishes it. */
export function configFileJsonSchema(): object {
  return { ...z.toJSONSchema(ConfigFileSchema, { io: 'input', unrepresentable: 'any' }), title: CONFIG_FILE };
}

/**
 * Reads the configuration file: the one that is named, or the one in the analysed folder, or the one beside that folder. Undefined if there is none.
 * @throws {UsageError} that names the file and the field
 */
export async function readConfigFile(named: string | undefined, root: string): Promise<ConfigFile | undefined> {
  const candidates = named === undefined ? [join(root, CONFIG_FILE), join(dirname(root), CONFIG_FILE)] : [named];
  for (const file of candidates) {
    let text: string;
    try {
      text = await readFile(file, 'utf8');
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (named === undefined && (code === 'ENOENT' || code === 'ENOTDIR')) continue;
      throw new UsageError(`${file} can't be read: ${code ?? (error as Error).message}.`);
    }
    return parseConfigFile(file, text, root);
  }
  return undefined;
}

function parseConfigFile(file: string, text: string, root: string): ConfigFile {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${file} is no JSON: ${(error as Error).message}.`);
  }
  const parsed = ConfigFileSchema.safeParse(json);
  if (!parsed.success) throw new UsageError(parsed.error.issues.map((issue) => `${file}: ${worded(issue)}.`).join('\n'));
  const own = join(root, CONFIG_FILE);
  // Whoever analyses the folder reads its patterns there, also without this command.
  if (parsed.data.ignore !== undefined && resolve(file) !== own) throw new UsageError(`${file}: ignore: counts only in ${own}.`);
  const { graph, port, retention = {}, durability, watch, workers, log_level: logLevel, roots = [] } = parsed.data;
  const { facts: retainFacts, bytes: retainBytes, age: retainAge } = retention;
  const given = { graph, port, durability, watch, workers, logLevel, retainFacts, retainBytes, retainAge };
  return {
    file,
    options: Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    roots: roots.map(({ path, graph: name }) => {
      const root = resolve(dirname(file), path);
      return { root, graph: name ?? graphNameFor(basename(root)) };
    }),
  };
}

/** `retention.age: must be a duration` */
function worded(issue: z.core.$ZodIssue): string {
  const path = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys;
    return `${path === '' ? key : `${path}.${key}`}: is not a setting; docs/DEPLOYMENT.md lists them`;
  }
  return `${path === '' ? 'the file' : path}: ${issue.message}`;
}
