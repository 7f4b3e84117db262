import type { FileOutput } from '@graphtail/analysis';
import { relationshipId, type NewFact, type Relationship } from '@graphtail/facts';
import { Snapshots, type Appended } from '@graphtail/log';
import fc from 'fast-check';
import { appendNamed, trimThrough } from '../../../tests/support/log.ts';
import { nodeNamed } from '../../../tests/support/nodes.ts';
import { useLog } from '../../../tests/support/use-log.ts';
import { outputOf } from '../../../packages/analysis/src/testing/output-of.ts';
import { changesOf, removalsOf } from './difference/file-difference.ts';
import { Publisher, ViewReloaded } from './publisher.ts';
import { GraphView } from './view.ts';

const context = useLog({ appendonly: true });
const { signal } = new AbortController();

const newView = (): GraphView => new GraphView(context.log, new Snapshots(context.redis, context.log));

function fileNamed(path: string, symbols: ReadonlyMap<string, number>): FileOutput {
  const names = [...symbols.keys()];
  const id = (name: string): string => `${path}#${name}`;
  const nodes = names.map((name) => ({ ...nodeNamed(name, symbols.get(name)), id: id(name), file_path: path }));
  const relationships = names.slice(1).map((name): Relationship => ({
    id: relationshipId(id(names[0]!), 'calls', id(name)),
    source_id: id(names[0]!),
    target_id: id(name),
    relationship_type: 'calls',
    file_path: path,
    confidence: 1,
    resolution: 'local',
    line_offset: symbols.get(name)!,
  }));
  return outputOf({ nodes, relationships });
}

type Source = ReadonlyMap<string, FileOutput>;

function* difference(view: GraphView, source: Source): Generator<readonly NewFact[]> {
  const paths = [...new Set([...source.keys(), ...view.files()])];
  const rest = paths.map((path) => changesOf(view, path, source.get(path)));
  for (const path of paths) yield removalsOf(view, path, source.get(path));
  yield* rest;
}

async function publish(view: GraphView, source: Source, onAppended: (batch: Appended) => void = () => undefined): Promise<number> {
  if (view.position === undefined) await view.catchUp(signal);
  return new Publisher(context.log, view, onAppended).publish(() => difference(view, source), signal);
}

const symbols = fc
  .dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.integer({ min: 1, max: 3 }))
  .map((record) => new Map(Object.entries(record)));
const source: fc.Arbitrary<Source> = fc
  .dictionary(fc.constantFrom('x.ts', 'y.ts', 'z.ts'), symbols)
  .map((files) => new Map(Object.entries(files).map(([path, content]) => [path, fileNamed(path, content)])));

const sourceOf = (...names: string[]): Source => new Map([['x.ts', fileNamed('x.ts', new Map(names.map((name) => [name, 1])))]]);

describe('Publishing', () => {
  it('leads, after any sequence of sources, to the state digest of publishing the last one alone', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(source, { minLength: 1, maxLength: 6 }), async (history) => {
        await context.redis.flushall();
        const incremental = newView();
        for (const version of history) await publish(incremental, version);
        await context.redis.flushall();
        const fresh = newView();
        await publish(fresh, history.at(-1)!);
        expect(incremental.digest).toBe(fresh.digest);
      }),
      { numRuns: 60 },
    );
  });

  it('appends nothing if source and log agree', async () => {
    const view = newView();
    await publish(view, sourceOf('a', 'b'));
    const { head } = await context.log.state();
    expect(await publish(view, sourceOf('a', 'b'))).toBe(0);
    expect(await publish(newView(), sourceOf('a', 'b'))).toBe(0);
    expect((await context.log.state()).head).toBe(head);
  });

  it('appends only changed attributes, and null for a removed one', async () => {
    const view = newView();
    const documented = outputOf({ nodes: [{ ...nodeNamed('f'), docstring: 'said' }], relationships: [] });
    const changed = outputOf({ nodes: [nodeNamed('f', 2)], relationships: [] });
    await publish(view, new Map([['m.ts', documented]]));
    const facts: unknown[] = [];
    await publish(view, new Map([['m.ts', changed]]), (batch) => facts.push(...batch.facts));
    expect(facts).toEqual([
      jasmine.objectContaining({
        event_type: 'node_updated',
        entity_id: 'm.ts#f',
        data: { complexity: 2, docstring: null, file_path: 'm.ts' },
      }),
    ]);
  });

  it('[F4] deletes relationships before the nodes that they join', async () => {
    const view = newView();
    await publish(view, sourceOf('a', 'b', 'c'));
    const kinds: string[] = [];
    await publish(view, sourceOf('a'), (batch) => kinds.push(...batch.facts.map((fact) => fact.event_type)));
    expect(kinds).toEqual(['relationship_deleted', 'relationship_deleted', 'node_deleted', 'node_deleted']);
  });

  it('folds what another producer appended, compares again, and appends only what is still missing', async () => {
    const [mine, theirs] = [newView(), newView()];
    await mine.catchUp(signal);
    await publish(theirs, sourceOf('a', 'b'));
    expect(await publish(mine, sourceOf('a', 'b', 'c'))).toBe(2);
    expect(mine.digest).not.toBe(theirs.digest);
    await theirs.catchUp(signal);
    expect(theirs.digest).toBe(mine.digest);
  });

  it('continues in the new epoch after a restart of Redis that lost nothing', async () => {
    const view = newView();
    await publish(view, sourceOf('a'));
    await context.server.restart();
    expect(await publish(view, sourceOf('a', 'b'))).toBe(2);
    expect((await context.log.bounds()).epochs.length).toBe(2);
  });

  it('appends everything again after FLUSHALL, because the source is the truth', async () => {
    const view = newView();
    await publish(view, sourceOf('a', 'b'));
    const { digest } = view;
    await context.redis.flushall();
    await expectAsync(publish(view, sourceOf('a', 'b', 'c'))).toBeRejectedWithError(ViewReloaded);
    expect(await publish(view, sourceOf('a', 'b'))).toBe(3);
    expect(view.digest).toBe(digest);
  });

  it('treats a log without its beginning and without a snapshot as incomplete', async () => {
    await appendNamed(context.log, 'a');
    const { head } = await context.log.state();
    await appendNamed(context.log, 'b');
    await trimThrough(context.redis, context.log, head);
    const view = newView();
    await view.catchUp(signal);
    expect(view.incomplete).toBeTrue();
  });
});
