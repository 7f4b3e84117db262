import fc from 'fast-check';
import type { RawRequest } from '../../wire/request.ts';
import type { Operation } from '../operations.ts';
import { requestOf, type Draft, type Header } from '../plain.ts';
import { refusedNumbers } from '../texts.ts';
import { always, BAD, isQuestion, type Spoil } from './spoil.ts';

const hasQuery = (operation: Operation): boolean => isQuestion(operation) && operation.query.length > 0;
const firstParameter = ({ query }: Operation): string => query[0]!.name;
const integersOf = ({ query }: Operation): string[] => query.filter(({ schema }) => schema.type === 'integer').map(({ name }) => name);

const withQuery = (draft: Draft, ...more: Header[]): RawRequest =>
  requestOf({ ...draft, query: [...draft.query.filter(([name]) => !more.some(([other]) => other === name)), ...more] });

/** What can be wrong about a query. */
export const QUERY_SPOILS: readonly Spoil[] = [
  {
    kind: 'unknown parameter',
    fits: isQuestion,
    make: (draft) =>
      fc
        .constantFrom('nmae', 'Limit', 'graph ', 'at[]x', 'x'.repeat(500))
        .map((name) => ({ request: withQuery(draft, [name, 'x']), expect: { ...BAD, field: name } })),
  },
  {
    kind: 'repeated parameter',
    fits: (operation) => hasQuery(operation),
    make: (draft, operation) => {
      const name = firstParameter(operation);
      return always(withQuery(draft, [name, 'a'], [name, 'b']), { ...BAD, field: name });
    },
  },
  {
    kind: 'nested parameter',
    fits: (operation) => hasQuery(operation),
    make: (draft, operation) =>
      fc.constantFrom('[]', '[a]', '[0]', '[__proto__]', '[a][b][c]').map((nest) => ({
        request: withQuery(draft, [`${firstParameter(operation)}${nest}`, '1']),
        expect: BAD,
      })),
  },
  {
    kind: 'number in another notation',
    fits: (operation) => isQuestion(operation) && integersOf(operation).length > 0,
    make: (draft, operation) =>
      fc
        .tuple(fc.constantFrom(...integersOf(operation)), refusedNumbers)
        .map(([name, text]) => ({ request: withQuery(draft, [name, text]), expect: { ...BAD, field: name } })),
  },
];
