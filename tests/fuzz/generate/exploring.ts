import fc from 'fast-check';
import type { Case } from './case.ts';
import { oddHeaders } from './headers.ts';
import { fitting, fittingObject, misfit } from './json.ts';
import type { Operation, Parameter } from './operations.ts';
import { filledPath, graphOf, OWN_HOST, requestOf, type Header } from './plain.ts';
import { ids, numberTexts, oddTexts } from './texts.ts';
import type { Door } from '../rig/product.ts';

/** In pieces, one in ten. */
const paces = fc.nat(9).map((tenth) => tenth === 9);

/** Requests with values that fit, nearly fit, and don't: all that is known of the answer is that it must be in order. */
export function exploring(operation: Operation, door: Door): fc.Arbitrary<Case> {
  const path = fc.array(ids, { minLength: 1, maxLength: 1 }).map(([id]) => filledPath(operation.path, () => id!));
  return fc.tuple(path, queryFor(operation), oddHeaders, bodyFor(operation), paces).map(([written, query, headers, body, slowly]) => ({
    kind: 'odd values',
    about: operation.label,
    // After its own: an Express app takes the first of two.
    request: {
      ...requestOf({
        door,
        method: operation.method,
        path: written,
        query: [...graphOf(operation.query), ...query],
        headers: [OWN_HOST, ...headers],
        body,
      }),
      slowly,
    },
    isMalformed: headers.some(([name]) => name === 'content-length' || name === 'expect'),
  }));
}

function queryFor({ query }: Operation): fc.Arbitrary<Header[]> {
  const asked = query.filter(({ name }) => name !== 'graph');
  if (asked.length === 0) return fc.constant([]);
  const parameters = asked.map((parameter) =>
    fc
      .option(valueFor(parameter), { freq: parameter.required ? 20 : 1, nil: undefined })
      .map((value): Header | undefined => (value === undefined ? undefined : [parameter.name, value])),
  );
  return fc.tuple(...parameters).map((headers) => headers.filter((header) => header !== undefined));
}

function valueFor({ name, schema }: Parameter): fc.Arbitrary<string> {
  const fit = fitting(schema, name).map((value) => (typeof value === 'string' ? value : (JSON.stringify(value) ?? '')));
  const odd = schema.type === 'integer' || schema.type === 'number' ? numberTexts : oddTexts;
  return fc.oneof({ weight: 6, arbitrary: fit }, { weight: 1, arbitrary: odd });
}

function bodyFor({ body }: Operation): fc.Arbitrary<unknown> {
  if (body === undefined) return fc.constant(undefined);
  const properties = Object.entries(body.properties ?? {});
  const oneOdd =
    properties.length === 0
      ? []
      : [
          fc
            .tuple(
              fittingObject(body),
              fc.constantFrom(...properties).chain(([name, schema]) => misfit(schema).map((value) => [name, value] as const)),
            )
            .map(([fit, [name, value]]) => ({ ...fit, [name]: value })),
        ];
  return fc.oneof({ weight: 3, arbitrary: fittingObject(body) }, ...oneOdd);
}
