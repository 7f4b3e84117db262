import { analyse, type Sources } from '../../testing/code-base.ts';

function callsFrom(sources: Sources, source: string): string[] {
  return analyse(sources)
    .from(source, 'calls')
    .map((id) => id.slice(id.indexOf('#') + 1));
}

describe('making an instance', () => {
  it('calls the constructor, or else the one that the class inherits', () => {
    const classes = 'class A { constructor() {} }\nclass B extends A {}\nclass C {}\n';
    expect(callsFrom({ 'a.ts': `${classes}function f() { new B(); new C(); }` }, 'a.ts#f')).toEqual(['A.constructor']);
    expect(callsFrom({ 'a.py': 'class A:\n  def __init__(self): ...\nclass B(A): ...\ndef f(): B()\n' }, 'a.py#f')).toEqual(['A.__init__']);
    expect(callsFrom({ 'a.rb': 'class A\n def initialize\n end\nend\nclass B < A\nend\ndef f\n B.new\nend\n' }, 'a.rb#f')).toEqual([
      'A.initialize',
    ]);
    expect(
      callsFrom({ 'a.php': '<?php class A { function __construct() {} } class B extends A {} function f() { new B(); }' }, 'a.php#f'),
    ).toEqual(['A.__construct']);
  });

  it('calls the constructor that takes this number of arguments', () => {
    const java = 'class A { A(int x) { this(); } A() {} }\nclass B extends A { B() { super(1); } }\nclass M { void f() { new A(); } }';
    const found = analyse({ 'A.java': java });
    expect(found.all('calls')).toEqual(['A.java#A.A -> A.java#A.A~2', 'A.java#B.B -> A.java#A.A', 'A.java#M.f -> A.java#A.A~2']);
    const csharp = 'class A { public A(int x) : this() {} public A() {} }\nclass M { void F() { new A(1); } }';
    expect(callsFrom({ 'a.cs': csharp }, 'a.cs#M.F')).toEqual(['A.A']);
    expect(callsFrom({ 'a.cs': csharp }, 'a.cs#A.A')).toEqual(['A.A~2']);
  });

  it('happens where a class is rendered', () => {
    const found = analyse({ 'a.tsx': 'class Page extends React.Component { constructor() { super(); } }\nconst App = () => <Page />;' });
    expect(found.from('a.tsx#App', 'uses')).toEqual(['a.tsx#Page']);
    expect(found.from('a.tsx#App', 'instantiates')).toEqual(['a.tsx#Page']);
    expect(found.from('a.tsx#App', 'calls')).toEqual(['a.tsx#Page.constructor']);
  });
});
