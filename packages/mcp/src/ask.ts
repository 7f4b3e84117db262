import { z } from 'zod';

/** Values of a query string; undefined ones are left out. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** Graphtail's HTTP interface, as far as tools need it. Both throw {@link Refused}. */
export type Ask = {
  get<Answer>(schema: z.ZodType<Answer>, path: string, query?: Query): Promise<Answer>;
  post<Answer>(schema: z.ZodType<Answer>, path: string, query: Query, body: object): Promise<Answer>;
};

/** Graphtail refused a question, or does not answer. The message says why and is safe to show. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly code: string;
  /** Ids of nodes that could have been meant. */
  readonly near: readonly string[];
  /** Names of graphs, one of which has to be named. */
  readonly graphs: readonly string[];

  constructor(
    message: string,
    { code, near = [], graphs = [] }: { code: string; near?: readonly string[]; graphs?: readonly string[] },
    cause?: unknown,
  ) {
    super(message, { cause });
    this.code = code;
    this.near = near;
    this.graphs = graphs;
  }
}

const ProblemSchema = z.object({
  code: z.string(),
  detail: z.string(),
  near: z.array(z.string()).optional(),
  graphs: z.array(z.string()).optional(),
});

/** Longer than any question may take on the server. */
const WITHIN_MS = 30_000;

/**
 * Asks a Graphtail by HTTP.
 * @param url its address
 * @param authorization the header's value for each request; undefined if no token is needed
 */
export function askAt(url: string, authorization: () => Promise<string | undefined> | string | undefined): Ask {
  const send = async <Answer>(schema: z.ZodType<Answer>, path: string, query: Query, init: RequestInit = {}): Promise<Answer> => {
    const given = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
    const search = new URLSearchParams(given).toString();
    const token = await authorization();
    const headers = {
      accept: 'application/json',
      'content-type': 'application/json',
      ...(token !== undefined && { authorization: token }),
    };
    const address = `${url}${path}${search === '' ? '' : `?${search}`}`;
    let response: Response;
    try {
      response = await fetch(address, { signal: AbortSignal.timeout(WITHIN_MS), headers, ...init });
    } catch (error) {
      throw new Refused(`Graphtail does not answer at ${url}. Start it with: npx graphtail up PATH`, { code: 'UNAVAILABLE' }, error);
    }
    if (!response.ok) throw await refusalOf(response);
    return schema.parse(await response.json());
  };
  return {
    get: (schema, path, query = {}) => send(schema, path, query),
    post: (schema, path, query, body) => send(schema, path, query, { method: 'POST', body: JSON.stringify(body) }),
  };
}

async function refusalOf(response: Response): Promise<Refused> {
  const { data } = ProblemSchema.safeParse(await response.json().catch(() => undefined));
  if (data === undefined) return new Refused(`Graphtail answered with ${String(response.status)}.`, { code: 'UNAVAILABLE' });
  return new Refused(data.detail, data);
}
