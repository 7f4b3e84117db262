import { GraphNodeSchema, RelationshipSchema } from '@graphtail/facts';
import { analyse } from '../../testing/code-base.ts';

describe('relationships', () => {
  it('contains: from a file, class or interface to what is declared directly in it', () => {
    expect(analyse({ 'a.ts': 'class C { m() { function f() {} } }\nnamespace N { const x = 1 }' }).all('contains')).toEqual([
      'a.ts -> a.ts#C',
      'a.ts -> a.ts#N',
      'a.ts#C -> a.ts#C.m',
      'a.ts#C.m -> a.ts#C.m.f',
      'a.ts#N -> a.ts#N.x',
    ]);
  });

  it('of inheritance go to parents, interfaces and replaced methods, across files', () => {
    const found = analyse({
      'base.ts':
        'export interface Runs { run(): void }\nexport interface Stops extends Runs { stop(): void }\nexport abstract class Base { run() {} #own() {} static make() {} }',
      'a.ts':
        "import { Base, type Stops } from './base';\nclass Job extends Base implements Stops { run() {} stop() {} static make() {} constructor() { super(); } }",
    });
    expect(found.all('inherits')).toEqual(['a.ts#Job -> base.ts#Base', 'base.ts#Stops -> base.ts#Runs']);
    expect(found.all('implements')).toEqual(['a.ts#Job -> base.ts#Stops']);
    expect(found.all('overrides')).toEqual(['a.ts#Job.run -> base.ts#Base.run']);
  });

  it('of use go from a symbol to the type that it names, the component that it renders, the decorator that it has', () => {
    const found = analyse({
      'a.tsx': `
        interface Props { a: string }
        type Alias = Props;
        function Button(props: Props) { return <div />; }
        const Page = () => <Button a="" />;
        function Component() { return () => {}; }
        function Input() {}
        @Component() class Widget { @Input value: Alias; }
      `,
    });
    expect(found.all('uses')).toEqual([
      'a.tsx#Alias -> a.tsx#Props',
      'a.tsx#Button -> a.tsx#Props',
      'a.tsx#Page -> a.tsx#Button',
      'a.tsx#Widget -> a.tsx#Alias',
      'a.tsx#Widget -> a.tsx#Component',
      'a.tsx#Widget.value -> a.tsx#Input',
    ]);
  });

  it('of reference go to symbols that are used as values', () => {
    const found = analyse({
      'a.ts':
        'function handler() {}\nclass C { m() { on(this.m); } }\nfunction f() { on(handler); const x = { y: C }; return handler; }\nconst routes = [handler];',
    });
    expect(found.all('references')).toEqual(
      ['a.ts#C.m -> a.ts#C.m', 'a.ts#f -> a.ts#C', 'a.ts#f -> a.ts#handler', 'a.ts#routes -> a.ts#handler'].filter(
        (each) => each !== 'a.ts#C.m -> a.ts#C.m',
      ),
    );
  });

  it('have confidence and resolution, except the obvious types', () => {
    const { relationships } = analyse({
      'a.ts':
        "import b from 'b';\nexport class A { m() {} }\nclass B extends A { m() { super.m(); new A(); } }\nfunction f(a: A) { a.m(); }",
    });
    for (const { relationship_type: type, confidence, resolution } of relationships) {
      const plain = ['contains', 'imports', 'exports', 'depends_on'].includes(type);
      expect(confidence === undefined && resolution === undefined)
        .withContext(type)
        .toBe(plain);
    }
  });

  it('and nodes fit the schema, without nulls, and both ends of every relationship exist', () => {
    const { nodes, relationships } = analyse({
      'a.ts':
        "import b from 'b';\n/** Doc. */\nexport default abstract class A<T> extends b { static async m(x: T): Promise<void> { this.n(); } private n = () => {}; }\nexport * from './c';",
      'c.ts': 'export enum E { A }\nexport interface I extends J {}\ninterface J {}',
    });
    for (const node of nodes.values()) expect(GraphNodeSchema.strict().parse(node)).toEqual(node);
    for (const relationship of relationships) {
      expect(RelationshipSchema.strict().parse(relationship)).toEqual(relationship);
      expect(nodes.has(relationship.source_id) && nodes.has(relationship.target_id)).toBeTrue();
    }
    expect(new Set(relationships.map(({ id }) => id)).size).toBe(relationships.length);
  });

  it("do not depend on the code base's place below the root, except in paths", () => {
    const file = 'export function f() { g(); }\nfunction g() {}';
    const here = JSON.stringify([...analyse({ 'a.ts': file }).nodes.values()]);
    const there = JSON.stringify([...analyse({ 'deep/er/a.ts': file }).nodes.values()]);
    expect(there.replaceAll('deep/er/', '')).toBe(here);
  });
});
