import { FactSchema, FrameSchema } from '@graphtail/facts';
import { subscriptionQuery } from '../../services/notifier/src/wire/parameters.ts';
import { namesIn, tableOf } from './protocol-tables.ts';

describe('the tables of docs/PROTOCOL.md', () => {
  it('[L12] name every member of a fact', () => {
    const members = FactSchema.options.flatMap(({ shape }) => Object.keys(shape));
    expect(
      tableOf('L12')
        .flatMap(([member = '']) => namesIn(member))
        .sort(),
    ).toEqual([...new Set(members)].sort());
  });

  it('[L13] name every event type, with its entity type and its data', () => {
    const wholeEntity = ['node_added', 'relationship_added', 'node_updated', 'relationship_updated'];
    const described = tableOf('L13').flatMap(([types = '', entity = '', data = '']) =>
      namesIn(types).map((type) =>
        [type, ...namesIn(entity), ...(wholeEntity.includes(type) ? [] : namesIn(data.split(';')[0]!))].join(' '),
      ),
    );
    const schemas = FactSchema.options.map(({ shape }) => {
      const type = shape.event_type.value;
      return [type, shape.entity_type.value, ...(wholeEntity.includes(type) ? [] : Object.keys(shape.data.shape))].join(' ');
    });
    expect(described.sort()).toEqual(schemas.sort());
  });

  it('[S16] name every frame and its members', () => {
    const described = tableOf('S16').flatMap(([types = '', members = '']) =>
      namesIn(types)
        .filter((type) => type !== 'type' && type !== 'cdc_event')
        .map((type) => [type, ...namesIn(members)].join(' ')),
    );
    const schemas = FrameSchema.options.map(({ shape }) =>
      [shape.type.value, ...Object.keys(shape).filter((key) => key !== 'type')].join(' '),
    );
    expect(described.sort()).toEqual(schemas.sort());
  });

  it('[S13] name every parameter of a subscription', () => {
    expect(
      tableOf('S13')
        .flatMap(([names = '']) => namesIn(names))
        .sort(),
    ).toEqual(Object.keys(subscriptionQuery).sort());
  });
});
