import { analyse } from '../../../testing/code-base.ts';

describe('An HTML page', () => {
  const found = analyse({
    'web/index.html': [
      '<!doctype html>',
      '<script type="module" src="/src/main.ts"></script>',
      '<script src="https://cdn.example.com/x.js"></script>',
      '<script src="legacy.js" async></script>',
      '<script type="application/ld+json">{"@type": "x"}</script>',
      '<button onclick="go(); old()">{{ not.ours( }}</button>',
      '<script>',
      '  const here = 1',
      '  function go() { old() }',
      '</script>',
      '<script type="module">',
      "  import { start } from './src/main.ts'",
      '  const here = start()',
      '</script>',
    ].join('\n'),
    'web/src/main.ts': 'export function start() {}',
    'web/legacy.js': 'function old() {}',
  });

  it('imports the scripts of the program that it loads', () => {
    expect(found.from('web/index.html', 'imports')).toEqual(['web/legacy.js', 'web/src/main.ts']);
    expect(found.relationship('web/index.html', 'imports', 'web/legacy.js').line_offset).toBe(3);
  });

  it('has the declarations of its own scripts, at the lines of the file', () => {
    expect(found.node('web/index.html')).toEqual(jasmine.objectContaining({ node_type: 'file', language: 'html', end_line: 14 }));
    expect(found.node('web/index.html').parse_error).toBeUndefined();
    expect(found.node('web/index.html#go').start_line).toBe(9);
    expect(found.from('web/index.html#go', 'calls')).toEqual(['web/legacy.js#old']);
    expect(found.from('web/index.html', 'calls')).toContain('web/src/main.ts#start');
  });

  it('calls what its event handlers call', () => {
    expect(found.relationship('web/index.html', 'calls', 'web/legacy.js#old').line_offset).toBe(5);
  });

  it('has no declarations of minified scripts, as saved pages contain them', () => {
    const saved = analyse({
      'a.html': `<script>${'function f(){return 1};'.repeat(1_000)}</script>\n<script>\nfunction g() {}\n</script>`,
    });
    expect([...saved.nodes.keys()]).toEqual(['a.html', 'a.html#g']);
  });
});
