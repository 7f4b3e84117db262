import { analyse } from '../../testing/code-base.ts';

describe('Go', () => {
  it('has nodes for declarations, with doc comment, signature, visibility and complexity', () => {
    const found = analyse({
      'a.go': [
        '// Package a is about things.',
        'package a',
        '',
        '// Thing is one.',
        '// Really.',
        'type Thing[T any] struct {',
        '\tName, other string',
        '}',
        '',
        '// Do does.',
        'func (t *Thing[T]) Do(n int, rest ...string) (T, error) {',
        '\tfor i := range n {',
        '\t\tif i > 1 && n < 2 || n == 3 { continue }',
        '\t}',
        '\tswitch n { case 1: default: }',
        '\treturn t.zero(), nil',
        '}',
        'type Doer interface { Do(n int) error }',
        'type kind int',
        'const (',
        '\tFirst kind = iota',
        '\tsecond',
        ')',
        'func helper() {}',
      ].join('\n'),
      'b.go': 'package a\n\n/* zero is empty. */\nfunc (t *Thing[T]) zero() T { var z T; return z }',
    });
    expect(found.node('a.go').docstring).toBe('Package a is about things.');
    expect(found.node('a.go#Thing')).toEqual(
      jasmine.objectContaining({ node_type: 'class', docstring: 'Thing is one.\nReally.', visibility: 'public' }),
    );
    expect(found.node('a.go#Thing.other')).toEqual(jasmine.objectContaining({ node_type: 'property', visibility: 'internal' }));
    expect(found.node('a.go#Thing.Do')).toEqual(
      jasmine.objectContaining({
        node_type: 'method',
        docstring: 'Do does.',
        complexity: 6,
        start_line: 11,
        end_line: 17,
        signature: 'func (t *Thing[T]) Do(n int, rest ...string) (T, error)',
        parameter_types: ['int', 'string'],
        return_type: '(T, error)',
      }),
    );
    expect(found.node('a.go#Doer.Do').is_abstract).toBeTrue();
    expect(found.node('a.go#kind').node_type).toBe('type');
    expect(found.node('a.go#second').visibility).toBe('internal');
    expect(found.node('b.go#Thing.zero').docstring).toBe('zero is empty.');
    expect(found.from('a.go#Thing.Do', 'calls')).toEqual(['b.go#Thing.zero']);
  });

  it('resolves imports by go.mod: folders as packages, internal packages, aliases, dot imports and replacements', () => {
    const found = analyse({
      'go.mod': 'module example.com/shop\n\nrequire (\n\tgithub.com/x/y/v2 v2.0.0\n)\nreplace example.com/tools => ./vendored/tools\n',
      'cart/cart.go': 'package cart\nfunc New() {}',
      'cart/more.go': 'package cart\nfunc More() { New() }',
      'cart/cart_test.go': 'package cart_test\nimport "example.com/shop/cart"\nfunc TestNew() { cart.New() }',
      'internal/deep/deep.go': 'package deep\nfunc Deep() {}',
      'vendored/tools/tools.go': 'package tools\nfunc Tool() {}',
      'main.go': [
        'package main',
        'import (',
        '\tc "example.com/shop/cart"',
        '\t. "example.com/shop/internal/deep"',
        '\t"example.com/tools"',
        '\t"github.com/x/y/v2/sub"',
        '\t"net/http"',
        ')',
        'func main() { c.New(); c.More(); Deep(); tools.Tool(); sub.X(); http.Get("") ; lost() }',
      ].join('\n'),
    });
    expect(found.all('imports')).toEqual([
      'cart/cart_test.go -> cart/cart.go',
      'main.go -> cart/cart.go',
      'main.go -> cart/more.go',
      'main.go -> internal/deep/deep.go',
      'main.go -> vendored/tools/tools.go',
    ]);
    expect(found.all('depends_on')).toEqual(['main.go -> pkg:go/net/http', 'main.go -> pkg:golang/github.com/x/y/v2']);
    expect(found.from('main.go#main', 'calls')).toEqual([
      'cart/cart.go#New',
      'cart/more.go#More',
      'internal/deep/deep.go#Deep',
      'vendored/tools/tools.go#Tool',
    ]);
    expect(found.stats.unresolvedCalls).toBe(1);
    expect(found.stats.externalCalls).toBe(2);
  });

  it('resolves calls by receivers: fields, results, embedding, assertions, maps, ranges, channels and type parameters', () => {
    const found = analyse({
      'a.go': [
        'package a',
        'type Base struct{}',
        'func (b Base) Greet() {}',
        'type Part struct { next *Part }',
        'func (p *Part) Turn() *Part { return p.next }',
        'type Engine struct {',
        '\tBase',
        '\tpart *Part',
        '\tbyName map[string]*Part',
        '}',
        'type Turner interface { Turn() *Part }',
        'func Make() (*Engine, error) { return &Engine{part: &Part{}}, nil }',
        'func First[T any](all []T) T { return all[0] }',
        'func chain() { e, _ := Make(); e.part.Turn().Turn() }',
        'func embedded() { e, err := Make(); _ = err; e.Greet() }',
        'func maps(e *Engine) { if p, ok := e.byName["a"]; ok { p.Turn() } }',
        'func ranges(all []*Part) { for _, p := range all { p.Turn() } }',
        'func channels(c chan *Part) { p := <-c; p.Turn(); for q := range c { q.Turn() } }',
        'func asserted(x any) { x.(*Part).Turn(); switch t := x.(type) { case *Engine: t.Greet() } }',
        'func generic() { First([]*Part{}).Turn() }',
        'func dynamic(t Turner) { t.Turn() }',
        'func literals() { f := func(p *Part) *Part { return p }; f(nil).Turn() }',
        'func unknown(x any) { x.Turn() }',
      ].join('\n'),
    });
    const calls = (name: string): string[] => found.from(`a.go#${name}`, 'calls').map((id) => id.slice('a.go#'.length));
    expect(calls('chain')).toEqual(['Make', 'Part.Turn']);
    expect(calls('embedded')).toEqual(['Base.Greet', 'Make']);
    expect(calls('maps')).toEqual(['Part.Turn']);
    expect(calls('ranges')).toEqual(['Part.Turn']);
    expect(calls('channels')).toEqual(['Part.Turn']);
    expect(calls('asserted')).toEqual(['Base.Greet', 'Part.Turn']);
    expect(calls('generic')).toEqual(['First', 'Part.Turn']);
    expect(calls('dynamic')).toEqual(['Turner.Turn']);
    expect(calls('literals')).toEqual(['Part.Turn']);
    expect(calls('unknown')).toEqual([]);
    expect(found.from('a.go#Make', 'instantiates')).toEqual(['a.go#Engine', 'a.go#Part']);
    expect(found.all('inherits')).toEqual(['a.go#Engine -> a.go#Base']);
  });

  it('keeps the readable part of a broken file, and says where it broke', () => {
    const found = analyse({
      'a.go': 'package a\r\n\r\nfunc fine() {}\r\n\r\nfunc broken() {\r\n\tx := ) ] 1\r\n}\r\n\r\nfunc after() { fine() }\r\n',
    });
    expect(found.node('a.go').parse_error).toMatch(/^syntax error \(\d+:\d+\)$/);
    expect(found.node('a.go#fine').end_line).toBe(3);
  });

  it('knows a package by its own name, also if its folder has another name', () => {
    const found = analyse({
      'go.mod': 'module example.com/shop\n',
      'common/common.go':
        'package types\ntype Kind struct{}\nfunc (k Kind) Name() string { return "" }\nfunc Shared() Kind { return Kind{} }',
      'plain/plain.go': 'package plain\nfunc Shared() {}',
      'cmd/main.go': [
        'package main',
        'import (',
        '\t"example.com/shop/common"',
        '\t"example.com/shop/plain"',
        ')',
        'func main() { types.Shared().Name(); plain.Shared(); var k types.Kind; k.Name(); helper() }',
      ].join('\n'),
      'cmd/more.go': 'package main\nfunc helper() {}',
    });
    expect(found.from('cmd/main.go#main', 'calls')).toEqual([
      'cmd/more.go#helper',
      'common/common.go#Kind.Name',
      'common/common.go#Shared',
      'plain/plain.go#Shared',
    ]);
    expect(found.from('cmd/main.go', 'imports')).toEqual(['common/common.go', 'plain/plain.go']);
  });
});
