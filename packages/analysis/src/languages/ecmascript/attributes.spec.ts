import { analyse } from '../../testing/code-base.ts';

describe('attributes', () => {
  it('include lines, counted from 1, and for a file its language and content hash', () => {
    const { nodes } = analyse({ 'src/a.ts': 'const a = 1;\n\nfunction f() {\n  return a;\n}\n' });
    expect(nodes.get('src/a.ts')).toEqual(
      jasmine.objectContaining({
        name: 'a.ts',
        node_type: 'file',
        language: 'typescript',
        file_path: 'src/a.ts',
        start_line: 1,
        end_line: 5,
        line_count: 5,
        content_hash: jasmine.stringMatching(/^[0-9a-f]{32}$/),
        analyzer_version: jasmine.any(String),
      }),
    );
    expect(nodes.get('src/a.ts#f')).toEqual(jasmine.objectContaining({ start_line: 3, end_line: 5, line_count: 3, qualified_name: 'f' }));
  });

  it('include the decisions of a function and of the nameless functions inside it', () => {
    const { nodes } = analyse({
      'a.ts': `
        function f(list) {
          if (list && list.length) for (const x of list) while (x) {}
          switch (list) { case 1: break; case 2: break; default: }
          try {} catch {}
          list.map((x) => x ? 1 : 2);
          function inner() { return list ?? []; }
        }`,
    });
    expect(nodes.get('a.ts#f')?.complexity).toBe(9);
    expect(nodes.get('a.ts#f.inner')?.complexity).toBe(2);
    expect(nodes.get('a.ts')?.complexity).toBe(10);
  });

  it('include the doc comment right before a declaration, its export and its decorators', () => {
    const { nodes } = analyse({
      'a.ts': `
        /** Not this one. */

        /**
         * Parses.
         *
         * @param text what
         */
        export function parse(text) {}
        /** A class. */
        @Injectable()
        class Service {
          /** A method. */
          run() {}
        }
        /* Not a doc comment. */
        function plain() {}
        /** Of something else. */
        call();
        function after() {}`,
    });
    expect(nodes.get('a.ts#parse')?.docstring).toBe('Parses.\n\n@param text what');
    expect(nodes.get('a.ts#Service')?.docstring).toBe('A class.');
    expect(nodes.get('a.ts#Service.run')?.docstring).toBe('A method.');
    expect(nodes.get('a.ts#plain')?.docstring).toBeUndefined();
    expect(nodes.get('a.ts#after')?.docstring).toBeUndefined();
  });

  it('include signature, parameter types and return type as they are written', () => {
    const { nodes } = analyse({
      'a.ts':
        'export async function f<T>(\n  a: T,\n  b = 1,\n): Promise<T[]> {\n}\nexport const g = (x: number): string => "";\nclass C { static async m(): Promise<void> {} }',
    });
    expect(nodes.get('a.ts#f')).toEqual(
      jasmine.objectContaining({
        signature: 'export async function f<T>( a: T, b = 1, ): Promise<T[]>',
        parameter_types: ['T', 'any'],
        return_type: 'Promise<T[]>',
        is_async: true,
        is_exported: true,
      }),
    );
    expect(nodes.get('a.ts#g')).toEqual(
      jasmine.objectContaining({ signature: 'export const g = (x: number): string', return_type: 'string' }),
    );
    expect(nodes.get('a.ts#C.m')).toEqual(jasmine.objectContaining({ is_static: true, is_async: true }));
  });

  it('include the visibility of a declaration', () => {
    const { nodes } = analyse({
      'a.ts':
        'export function open() {}\nfunction closed() { function inner() {} }\nabstract class C { private a = 1; protected abstract b(): void; #c = 1; d() {} }\nexport { C as D };',
    });
    const visibility = (name: string) => nodes.get(`a.ts#${name}`)?.visibility;
    expect(['open', 'closed', 'closed.inner', 'C', 'C.a', 'C.b', 'C.#c', 'C.d'].map(visibility)).toEqual([
      'public',
      'internal',
      'private',
      'public',
      'private',
      'protected',
      'private',
      'public',
    ]);
    expect(nodes.get('a.ts#C')).toEqual(jasmine.objectContaining({ is_abstract: true, is_exported: true }));
    expect(nodes.get('a.ts#C.b')?.is_abstract).toBeTrue();
  });
});

describe('a source text', () => {
  it('may begin with a byte order mark and end its lines with CR LF', () => {
    const plain = analyse({ 'a.ts': '/** Doc.\n * More. */\nfunction f() {\n}\n' }).node('a.ts#f');
    expect(analyse({ 'a.ts': '\ufeff/** Doc.\r\n * More. */\r\nfunction f() {\r\n}\r\n' }).node('a.ts#f')).toEqual(plain);
  });

  it('may be empty', () => {
    expect(analyse({ 'a.ts': '' }).node('a.ts')).toEqual(jasmine.objectContaining({ start_line: 1, end_line: 1, line_count: 1 }));
  });

  it('with broken syntax keeps what can be recovered, and says where it broke', () => {
    const { nodes } = analyse({ 'a.ts': 'function f() { return 1 }\nconst a = 1;\nconst a = 2;\nfunction g() {}' });
    expect([...nodes.keys()]).toEqual(jasmine.arrayContaining(['a.ts#f', 'a.ts#g']));
    expect(nodes.get('a.ts')?.parse_error).toMatch(/already been declared/);
  });

  it('is a file node with the error if nothing can be recovered', () => {
    const { nodes } = analyse({ 'a.ts': 'function f( {{{' });
    expect([...nodes.keys()]).toEqual(['a.ts']);
    expect(nodes.get('a.ts')?.parse_error).toMatch(/\(1:\d+\)/);
  });

  it('that is no useful source is skipped with the reason', () => {
    expect(analyse({ 'a.min.js': 'var a=1' }).node('a.min.js').parse_error).toBe('skipped: minified');
    expect(analyse({ 'b.js': `var a=1;${'x();'.repeat(5000)}` }).node('b.js').parse_error).toBe('skipped: minified');
    expect(analyse({ 'c.js': '\0\0\0' }).node('c.js').parse_error).toBe('skipped: binary');
    expect(analyse({ 'd.ts': '// x\n'.repeat(250_000) }).node('d.ts').parse_error).toBe('skipped: larger than 1 MiB');
  });

  it('may be nested deeper than the stack allows', () => {
    const { nodes } = analyse({
      'a.ts': `const a = ${'[\n'.repeat(60_000)}${']'.repeat(60_000)};`,
      'b.ts': `const b = ${'1 +\n'.repeat(1000)}1;`,
    });
    expect(nodes.get('a.ts')?.parse_error).toBe('nested too deeply');
    expect(nodes.get('b.ts')?.parse_error).toBeUndefined();
  });
});
