import type { OpenApi, Operation } from '@graphtail/runtime';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

export type Answered = {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly type: string;
  readonly text: string;
};

/** What an API says of itself, to hold its answers against. */
export class DescribedApi {
  readonly operations: readonly { readonly name: string; readonly method: string; readonly path: string; readonly operation: Operation }[];
  readonly #ajv = new Ajv2020({ strict: false, allErrors: false });
  readonly #validators = new Map<string, ValidateFunction>();

  /** The services behind it are described, too. */
  readonly isWhole: boolean;

  constructor(document: OpenApi, isWhole = true) {
    this.isWhole = isWhole;
    addFormats.default(this.#ajv);
    this.#ajv.addSchema({ $id: 'api', components: document.components });
    this.operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ name: `${method} ${path}`, method, path, operation })),
    );
  }

  /** The operation that answers a path: of two that fit, the one with fewer parameters. */
  operationAt(method: string, path: string): DescribedApi['operations'][number] | undefined {
    const asked = method === 'HEAD' ? 'get' : method.toLowerCase();
    return this.operations
      .filter((each) => each.method === asked && patternOf(each.path).test(path))
      .sort((a, b) => a.path.split('{').length - b.path.split('{').length)[0];
  }

  /** What is wrong with an answer; undefined if nothing is. */
  complaint({ method, path, status, type, text }: Answered): string | undefined {
    const found = this.operationAt(method, path);
    const isProblem = type.startsWith('application/problem+json');
    if (found === undefined) return isProblem ? this.#violation('Problem', { $ref: 'api#/components/schemas/Problem' }, text) : undefined;
    const { name, operation } = found;
    // Any port may refuse any request by its Host, and a handler that fails is the matter of its own spec.
    if (isProblem && (operation.tags[0] === 'service' || status === 500))
      return this.#violation(name, { $ref: 'api#/components/schemas/Problem' }, text);
    const response = operation.responses[status];
    if (response === undefined) return `${name} answered ${String(status)}, which its description does not know: ${text.slice(0, 300)}`;
    const [media = ''] = type.split(';');
    if (text === '') return undefined;
    const content = response.content?.[media];
    if (content === undefined) return `${name} answered ${String(status)} as ${media}, which its description does not know`;
    return content.schema === undefined ? undefined : this.#violation(`${name} ${String(status)} ${media}`, absolute(content.schema), text);
  }

  #violation(what: string, schema: object, text: string): string | undefined {
    let validate = this.#validators.get(what);
    if (validate === undefined) this.#validators.set(what, (validate = this.#ajv.compile(schema)));
    if (validate(JSON.parse(text))) return undefined;
    return `${what} is not as described: ${this.#ajv.errorsText(validate.errors)} ${JSON.stringify(validate.errors?.[0]?.params)} in ${text.slice(0, 500)}`;
  }
}

function absolute(schema: object): object {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"api#/components/')) as object;
}

/** An `{id}` may hold slashes. */
function patternOf(path: string): RegExp {
  return new RegExp(
    `^${path
      .replaceAll('.', '\\.')
      .replaceAll('{id}', '.+')
      .replaceAll(/\{\w+\}/g, '[^/]+')}$`,
  );
}
