import * as z from 'zod';
import { FactSchema, OffsetSchema } from './fact.ts';
import { ActionSchema } from './action.ts';
import { CdcEventSchema, FrameSchema, PROTOCOL_VERSION } from './frame.ts';
import { hashText, lanesToHex } from './hash.ts';
import { canonicalJson } from './canonical.ts';

/** The wire of each version. Whoever changes a schema changes what clients of that version can rely on: give it a new version, unless V3 allows the change. */
const WIRES: Readonly<Record<number, string>> = { 1: '53d68825a29e9a4b' };

function wireHash(): string {
  const described = [FactSchema, FrameSchema, CdcEventSchema, ActionSchema].map((schema) =>
    z.toJSONSchema(schema, {
      unrepresentable: 'any',
      override: ({ zodSchema, jsonSchema }) => {
        if (zodSchema === OffsetSchema) jsonSchema.pattern = '<epoch>-<seq>';
      },
    }),
  );
  return lanesToHex(hashText(canonicalJson(described)));
}

describe('The wire', () => {
  it('[V3] has the schemas of its protocol version: under an old number none changes but as V3 says', () => {
    expect(wireHash()).toBe(WIRES[PROTOCOL_VERSION]!);
  });
});
