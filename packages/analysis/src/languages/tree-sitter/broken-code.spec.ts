import { languageOf, prepareLanguages } from '../languages.ts';

/** Members that stand in no type, as where a brace was lost, and something else that can be recovered. */
const BROKEN: Readonly<Record<string, readonly [source: string, recovered: string]>> = {
  'a.java': ['class A { void kept() {} } } void f() {} int x; @interface B { int value(); ', 'kept'],
  'a.php': ['<?php function kept() {} public function f() {} private $x = 1; case A;', 'kept'],
  'a.cs': ['class A { void Kept() {} } } int P { get; set; } public A() {} int x = (;', 'Kept'],
  'a.go': ['package a\nfunc kept() {}\nvar x = interface { f() }\nstruct { a int }\nfunc (', 'kept'],
  'a.rs': ['fn kept() {}\nfn f(self) {}\nSelf::x();\nimpl for {', 'kept'],
  'a.py': ['def kept(): pass\nclass (:\n  def (self', 'kept'],
  'a.kt': ['fun kept() {} } enum class { A, B } val x: = 1; class : Y( { fun f(', 'kept'],
  'a.lua': ['local function kept() end\nfunction M.x( end end\nlocal = {', 'kept'],
  'a.rb': ['def kept; end\n@a = 1\nsuper\nend\nclass', 'kept'],
};

describe('Broken code', () => {
  beforeAll(prepareLanguages);

  for (const [path, [source, recovered]] of Object.entries(BROKEN)) {
    it(`keeps what can be recovered: ${path}`, () => {
      const extraction = languageOf(path)!.plugin.extract(source, path, 'h');
      const nodes = extraction.kind === 'source' ? extraction.nodes : [];
      expect(nodes.map(({ name }) => name)).toContain(recovered);
      expect(nodes[0]?.parse_error).toMatch(/syntax error/);
    });
  }
});
