import { FactSchema, GraphNodeSchema, RelationshipSchema } from '@graphtail/facts';

/** The schemas that the answers of several services share. They are components of the OpenAPI document. */
export const NodeAnswer = GraphNodeSchema.meta({ id: 'Node', description: 'A node as the log records it' });
export const RelationshipAnswer = RelationshipSchema.meta({ id: 'Relationship', description: 'A relationship as the log records it' });
export const FactAnswer = FactSchema.meta({ id: 'Fact', description: 'One change, as recorded in a log (docs/PROTOCOL.md)' });
