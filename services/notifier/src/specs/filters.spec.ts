import { seqOf, type NewFact, type Offset } from '@graphtail/facts';
import { EventStreamListener, TRANSPORTS, listenBy, type RawClient } from './listeners.ts';
import { analysisFailed, nodeAdded, startStage, type Graph, type Stage } from './support.ts';

/** What of the log lets a fact through, by the remainder of its seq. */
const KINDS: readonly (() => NewFact)[] = [() => nodeAdded('src/a.ts'), () => nodeAdded('docs/b.ts'), () => analysisFailed()];
type Choice = { readonly action: Record<string, unknown>; readonly query: Record<string, string>; readonly kinds: readonly number[] };
const CHOICES: readonly Choice[] = [
  { action: { event_types: ['node_added'] }, query: { types: 'node_added' }, kinds: [0, 1] },
  { action: { path: 'docs/**' }, query: { path: 'docs/**' }, kinds: [1] },
  { action: { entity_types: ['analysis'] }, query: { entities: 'analysis' }, kinds: [2] },
  { action: {}, query: {}, kinds: [0, 1, 2] },
  { action: { event_types: ['node_deleted'] }, query: { types: 'node_deleted' }, kinds: [] },
];

describe('a filter', () => {
  let stage: Stage;
  let graph: Graph;
  let clients: RawClient[];
  let appended: number;
  beforeAll(async () => {
    stage = await startStage();
  });
  afterAll(() => stage.close());
  beforeEach(async () => {
    clients = [];
    appended = 0;
    graph = await stage.graph();
  });
  afterEach(() => Promise.all(clients.map((client) => client.close())));

  function open<Client extends RawClient>(client: Client): Client {
    clients.push(client);
    return client;
  }

  /** Facts whose kind goes by their seq. */
  async function append(batches: number): Promise<Offset> {
    let head: Offset | undefined;
    for (let i = 0; i < batches; i++) head = await graph.append(...Array.from({ length: 20 }, () => KINDS[++appended % 3]!()));
    return head!;
  }

  /** The seqs that choices let through, each from its cursor on. */
  function expected(choices: readonly { after: number; choice: Choice }[], through: Offset): number[] {
    const seqs = Array.from({ length: seqOf(through) }, (_, i) => i + 1);
    return seqs.filter((seq) => choices.findLast(({ after }) => after < seq)!.choice.kinds.includes(seq % 3));
  }

  for (const transport of ['websocket', 'socketio'] as const) {
    for (const batch of ['true', 'false']) {
      it(`[S8] changed again and again during replay and a burst loses and repeats nothing: filter_updated tells exactly where (${transport}, batch=${batch})`, async () => {
        await append(150);
        const client = open(listenBy(transport, stage.url, { graph: graph.name, from: 'earliest', batch, ...CHOICES[0]!.query }));
        const asked = [{ after: 0, choice: CHOICES[0]! }];
        let head: Offset | undefined;
        await client.first('subscribed');
        for (let round = 0; round < 30; round++) {
          const choice = CHOICES[(round * 2 + 1) % CHOICES.length]!;
          client.say({ action: 'filter', ...choice.action });
          asked.push({ after: -1, choice });
          head = await append(4);
        }
        await client.reach(head!);
        const told = client.received.flatMap((frame) => (frame.type === 'filter_updated' ? [frame.cursor] : []));
        const choices = asked.map(({ choice }, i) => ({ after: i === 0 ? 0 : seqOf(told[i - 1]!), choice }));

        expect(told.length).toBe(30);
        expect(client.offsets.map(seqOf)).toEqual(expected(choices, head!));
      });
    }
  }

  it('[S8c] of an event stream is changed by coming back with the cursor that it told, without loss or repetition', async () => {
    let last: string | undefined;
    const [seqs, choices]: [number[], { after: number; choice: Choice }[]] = [[], []];
    for (const [i, choice] of CHOICES.entries()) {
      const head = await append(10);
      const headers: Record<string, string> = last === undefined ? {} : { 'last-event-id': last };
      const client = open(
        new EventStreamListener(stage.url, { graph: graph.name, from: 'earliest', batch: String(i % 2 === 0), ...choice.query }, headers),
      );
      await client.reach(head);
      choices.push({ after: last === undefined ? 0 : seqOf(last as Offset), choice });
      seqs.push(...client.offsets.map(seqOf));
      last = client.lastEventId;
    }

    expect(seqs).toEqual(expected(choices, last as Offset));
  });

  for (const transport of TRANSPORTS) {
    it(`[G6] whose glob a backtracking matcher would not end with delivers what it matches (${transport})`, async () => {
      const last = await graph.append(...Array.from({ length: 20 }, () => nodeAdded('a'.repeat(120))), nodeAdded(`${'a'.repeat(120)}b`));
      const client = open(listenBy(transport, stage.url, { graph: graph.name, from: 'earliest', path: '*a*a*a*a*a*a*a*ab' }));
      await client.reach(last);

      expect(client.offsets).toEqual([last]);
    });
  }

  it('[G6] bounds pages of the log too', async () => {
    const last = await graph.append(nodeAdded('a'.repeat(120)), nodeAdded(`${'a'.repeat(120)}b`));
    const page = await fetch(`${stage.url}/api/log/facts?graph=${graph.name}&path=*a*a*a*a*a*a*a*ab`);
    const { facts } = (await page.json()) as { facts: { offset: Offset }[] };

    expect(facts.map(({ offset }) => offset)).toEqual([last]);
  });

  for (const transport of ['websocket', 'socketio'] as const) {
    it(`[G5] that is no glob ends the subscription, which says so (${transport})`, async () => {
      const client = open(listenBy(transport, stage.url, { graph: graph.name }));
      await client.first('subscribed');
      client.say({ action: 'filter', path: '{a,{b,c}}' });

      expect(await client.first('error')).toEqual(
        jasmine.objectContaining({ code: 'BAD_REQUEST', message: jasmine.stringMatching(/^path: /) }),
      );
    });
  }

  it('[S4a] that lets nothing through is told progress within a second, on every transport, replaying and live', async () => {
    await append(300);
    const all = TRANSPORTS.flatMap((transport) =>
      ['true', 'false'].map((batch) =>
        open(listenBy(transport, stage.url, { graph: graph.name, from: 'earliest', batch, types: 'node_deleted' })),
      ),
    );
    await Promise.all(all.map((client) => client.first('caught_up')));
    for (let round = 0; round < 2; round++) {
      const head = await append(1);
      const appendedAt = performance.now();
      await Promise.all(all.map((client) => client.reach(head)));
      expect(performance.now() - appendedAt).toBeLessThan(1_500);
    }
    for (const client of all) expect(client.offsets).toEqual([]);
  });
});
