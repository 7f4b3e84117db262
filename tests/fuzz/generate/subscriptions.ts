import fc from 'fast-check';
import { offsets, positions } from './cursors.ts';
import { globs } from './globs.ts';
import type { Header } from './plain.ts';
import { numberTexts, oddTexts } from './texts.ts';
import { GRAPH } from '../rig/product.ts';

const EVENT_TYPES = ['node_added', 'node_updated', 'relationship_added', 'analysis_started', 'graph_reset'];

type Values = { readonly fitting: fc.Arbitrary<string>; readonly odd: fc.Arbitrary<string> };

/** Values of the parameters of docs/PROTOCOL.md, S13: fitting ones, and ones that do not fit, or nearly. */
const VALUES: Readonly<Record<string, Values>> = {
  graph: { fitting: fc.constant(GRAPH), odd: fc.constantFrom('pulse', 'nobody', '', '_audit', '_x', '../x', 'a'.repeat(65), 'FUZZED') },
  from: { fitting: fc.constantFrom('earliest', 'latest', '0-0', '@head@', '@epoch@-17', 'last:50', 'snapshot', '#12'), odd: positions },
  to: { fitting: fc.constantFrom('@head@', '@epoch@-40'), odd: offsets },
  speed: { fitting: fc.constantFrom('1', '0.5', '1000000'), odd: fc.oneof(numberTexts, fc.constantFrom('1e7', '0', '-1')) },
  types: {
    fitting: fc.subarray(EVENT_TYPES).map((types) => types.join(',')),
    odd: fc.oneof(fc.constantFrom(',', 'node_added,,', 'nonsense', 'node_added,'.repeat(200)), oddTexts),
  },
  entities: {
    fitting: fc.constantFrom('node', 'relationship', 'node,relationship', ''),
    odd: fc.oneof(fc.constantFrom('nonsense', 'NODE'), oddTexts),
  },
  path: {
    fitting: fc.constantFrom('src/**', '*.ts', '**/{hub,class1}.ts', 'src/layers/layer[0-9].ts'),
    odd: globs.map(({ text }) => text),
  },
  consumer: {
    fitting: fc.constantFrom('fuzz-1', 'fuzz-2', 'fuzz-3'),
    odd: fc.constantFrom('', '-', 'a'.repeat(65), 'a/b', '__proto__', '\u0000'),
  },
  on_too_old: { fitting: fc.constantFrom('error', 'earliest', 'snapshot'), odd: fc.constantFrom('Error', '', 'never') },
  batch: { fitting: fc.constantFrom('true', 'false', '1', '0'), odd: fc.constantFrom('yes', '', 'TRUE', 'maybe') },
  token: { fitting: fc.constantFrom('a.b.c'), odd: fc.constantFrom('', 'x'.repeat(2000), 'null') },
};

const UNKNOWN = fc.constantFrom<Header>(
  ['form', 'earliest'],
  ['', ''],
  ['from[]', '0-0'],
  ['__proto__', 'x'],
  ['From', 'latest'],
  ['x'.repeat(300), '1'],
);

const known = fc.subarray(Object.keys(VALUES).filter((name) => name !== 'graph')).chain((names) => {
  const pairs = ['graph', ...names].map((name) => {
    const { fitting, odd } = VALUES[name]!;
    const value = fc.oneof({ weight: 12, arbitrary: fitting }, { weight: 1, arbitrary: odd });
    return value.map((text): Header => [name, text]);
  });
  return fc.tuple(...pairs);
});

/** Parameters of a subscription, mostly in order. A name that is not known is refused. */
export const subscriptions: fc.Arbitrary<Header[]> = fc
  .tuple(known, fc.option(UNKNOWN, { freq: 1, nil: undefined }), fc.nat(9))
  .map(([parameters, unknown, tenth]) => (unknown === undefined || tenth > 0 ? parameters : [...parameters, unknown]));

/** Names that make `parameters` a bad request, whatever else they hold. */
export function unknownIn(parameters: readonly Header[]): string | undefined {
  return parameters.find(([name]) => !Object.hasOwn(VALUES, name))?.[0];
}
