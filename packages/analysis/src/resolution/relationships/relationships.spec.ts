import { GraphNodeSchema, RelationshipSchema } from '@graphtail/facts';
import { analyse } from '../../testing/code-base.ts';

describe('relationships', () => {
  it('contain: a file, a class, an interface what is declared directly in it', () => {
    expect(analyse({ 'a.ts': 'class C { m() { function f() {} } }\nnamespace N { const x = 1 }' }).all('contains')).toEqual([
      'a.ts -> a.ts#C',
      'a.ts -> a.ts#N',
      'a.ts#C -> a.ts#C.m',
      'a.ts#C.m -> a.ts#C.m.f',
      'a.ts#N -> a.ts#N.x',
    ]);
  });

  it('of heritage go to parents, interfaces and the methods that are replaced, across files', () => {
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

  it('of use go from a symbol to the type that it names, the component that it renders, the decorator that it wears', () => {
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

  it('of reference go to what is used as a value', () => {
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

  it('say how far they are to be believed and why, but for those that are plain to see', () => {
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

  it('and nodes are as the schema has them, with no null, and none hangs in the air', () => {
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

  it('do not hang on where the code base lies in the root, but for its path', () => {
    const file = 'export function f() { g(); }\nfunction g() {}';
    const here = JSON.stringify([...analyse({ 'a.ts': file }).nodes.values()]);
    const there = JSON.stringify([...analyse({ 'deep/er/a.ts': file }).nodes.values()]);
    expect(there.replaceAll('deep/er/', '')).toBe(here);
  });
});
