import fc from 'fast-check';
import { expectIncrementalEqualsFull, type Edit } from '../testing/outputs.ts';

describe('a program in several languages', () => {
  it('equals, after any edits, a fresh analysis', () => {
    expectIncrementalEqualsFull(START, edit, 120);
  });
});

/** Pieces that name one another across modules, so that each edit may break or mend ties anywhere. */
const PYTHON = [
  'from {0} import Shape, make',
  'import app.core as whole\nimport app.shapes',
  'from {0} import *',
  'from {0} import make as build',
  '__all__ = ["make", "Shape"]',
  'class Shape:\n    part: "Round"\n    def area(self): return self.part\n    def grow(self) -> "Shape": return self',
  'class Shape:\n    def __init__(self, other: Round):\n        self.part = other\n    def area(self) -> "Round": return self.part',
  'class Round(Shape):\n    def area(self): super().area(); return self\n    def roll(self): self.grow()',
  'def make(n=1): return Shape()',
  'def make(n) -> Round: ...',
  'make = lambda n: whole.make(n)',
  'make(1).area()\nShape().grow().area()',
  'whole.make(1).area(); app.shapes.make(2).area(); app.core.Shape().area()',
  'def use(s: Shape, *more: Round):\n    s.area()\n    for each in more: each.roll()\n    build(1).area()',
  'import requests, os.path\nrequests.get(os.path.join("a"))',
];
const GO = [
  'import "example.com/m/{1}"',
  'import other "example.com/m/{1}"',
  'import . "example.com/m/{1}"',
  'type Shape struct { Part *Round; Name string }',
  'type Shape struct { {1}.Shape }',
  'type Round struct { *Shape }',
  'type Areal interface { Area() *Round }',
  'func (s *Shape) Area() *Round { return s.Part }',
  'func (s Shape) Area() *Shape { return s.Grow() }',
  'func (r *Round) Roll(n int) { r.Area().Roll(n) }',
  'func (s *Shape) Grow() *Shape { return s }',
  'func Make(n int) (*Shape, error) { return &Shape{}, nil }',
  'func Make(n int) Areal { return nil }',
  'func use() { s, _ := Make(1); s.Area().Roll(2); o, _ := other.Make(2); o.Area(); {1}.Make(1) }',
  'var all = []Shape{}\nfunc each() { for _, s := range all { s.Area().Area() } }',
  'import "github.com/x/y/z"\nvar _ = z.New()',
];
const JAVA = [
  'import a.*;',
  'import b.Shape;',
  'import static a.Shape.make;',
  'public class Shape { b.Round part; Shape grow() { return make(); } static Shape make() { return new Shape(); } Round area(int n) { return part; } }',
  'class Shape extends b.Round { public Shape area(int a) { return super.area(a).grow(); } }',
  'public class Round extends Shape implements Areal { public Shape area(int a) { make().grow(); return this; } }',
  'interface Areal { Shape area(int a); }',
  'class Use { void use(Shape s, Areal a) { s.area(1).grow(); a.area(2); Shape.make().area(3); } }',
];
const CSHARP = [
  'using A;',
  'global using A.B;',
  'using S = A.B.Shape;',
  'using static A.Shape;',
  'namespace A { public partial class Shape { public Shape Grow() { return Area(); } public static void Make() {} } }',
  'namespace A { public partial class Shape { public Shape Area() { return this; } } }',
  'namespace A.B { public class Shape : Round { public void Area() { base.Grow(); } } class Use { void Run(A.Shape s, S t) { s.Grow().Area(); t.Area(); Make(); } } }',
  'namespace A.B { class Round : A.Shape { } interface IUse { void Run(); } }',
  'namespace A { public static class Adds { public static A.Shape More(this Shape s, int n = 1) => s; public static void More(this A.B.Shape s) {} } }',
  'namespace A.B { static class Others { public static A.B.Shape More(this A.Shape s) => null; } class Calls { void Run(A.Shape s, Shape t) { s.More().More(2).Area(); t.More().Area(); } } }',
];
const PHP = [
  'namespace A;',
  'namespace B;',
  'use A\\Shape; use function A\\make;',
  'use B\\{Round, Shape as Other};',
  'class Shape { use Loud; function __construct(public ?Round $part) {} function grow(): Shape { return $this; } }',
  'class Round extends Shape { function area() { parent::grow()->area(); make()->grow(); \\A\\make(); } }',
  'trait Loud { function area() {} } function make(): Shape { return new Shape(); }',
  'class Box { /** @var array<string, Shape> */ private $all; /** @return Round[] */ function get() { foreach ($this->all as $s) $s->area(); } }',
  'function open(Box $b) { foreach ($b->get() as $round) $round->area(); }',
  'function run(Shape $s, Other $o) { $s->part->area(); $o->grow()->area(); make(); }',
];
const RUBY = [
  "require_relative 'two'",
  "require 'b'",
  'module A\n  class Shape\n    def grow; area; end\n    def self.make; new; end\n  end\nend',
  'module A\n  class Shape < Round\n    def area; super; self; end\n  end\nend',
  'class Round\n  def area; @part = A::Shape.make; @part.grow.area; end\nend',
  'module A\n  class Round; def area; Shape.make.grow; helper; end; end\nend',
  'def helper; Round.new.area; A::Round.new.area; end',
  'module A\n  class Shape\n    include Loud\n    attr_reader :part\n    def valid?; shout; part.area; @part.grow; end\n  end\nend',
  'module Loud\n  module_function\n  def shout; end\n  def size=(n); @size = n; end\nend',
  'class Round < A::Shape\n  def quiet; Loud.shout; self.size = 1; valid?; end\nend',
];
const LUA = [
  "local one = require('one')",
  "local two = require('l.two')",
  'local M = {}\nfunction M.make() return two.make() end',
  'local function helper() one.make(); two.run() end',
  'function M:run() self.make(); helper() end',
  'return M',
];
const KOTLIN = [
  'import a.Shape',
  'import b.*',
  'open class Shape(val part: Round) { fun grow(): Shape = this\n  open fun area() {}\n  companion object { fun make(): Shape? = null } }',
  'class Round(part: Round) : Shape(part), Loud { override fun area() { super.area(); part.grow(); shout() } }',
  'interface Loud { fun shout() { make().area() } }',
  'fun make(): Shape = Shape.make()!!',
  'object Use { fun run(all: List<Shape>) { all.forEach { it.grow().area() }; Old().greet() } }',
];
const RUST = [
  'mod {m};',
  'pub mod {m} { pub use super::*; pub fn make() -> Round { Round } pub struct Round; }',
  'use crate::{m}::{Shape, make};',
  'pub use {m}::*;',
  'pub use self::{m}::make as build;',
  'use super::{m};',
  'pub struct Shape { pub part: Round } pub struct Round;',
  'pub trait Areal { type Out; fn area(&self) -> Round; fn twice(&self) { self.area().roll(); } }',
  'impl Shape { pub fn area(&self) -> &Round { &self.part } pub fn make() -> Self { make() } }',
  'impl Areal for Shape { type Out = Round; fn area(&self) -> Round { self.twice(); Round } }',
  'impl Round { pub fn roll(&self) { Shape::make().area().roll(); } }',
  'pub fn make() -> Shape { Shape { part: Round } }',
  'fn run(s: Shape, o: &dyn Areal) { s.area().roll(); o.twice(); {m}::make().area().roll(); build().roll(); each!(s); shop::make().area(); }',
  '#[macro_export]\nmacro_rules! each { ($x:expr) => { $x } }',
  '#[path = "{m}.rs"]\nmod other;\nuse other::Round;',
];
const TYPESCRIPT = [
  "import { make } from '../app/core';\nmake().area();",
  'export function make() { return { area() {} }; }',
  "import './b';",
];

function text(pieces: readonly string[], head: string): fc.Arbitrary<string> {
  const target = fc.constantFrom('.core', '.shapes', 'app.core', 'app', '..app.shapes', '.', 'requests');
  const folder = fc.constantFrom('a', 'b', 'a/internal');
  const piece = fc
    .tuple(fc.constantFrom(...pieces), target, folder)
    .map(([line, module, to]) => line.replaceAll('{0}', module).replace('.{1}', to).replaceAll('{1}', to));
  return fc.array(piece, { maxLength: 6 }).map((lines) => [head, ...lines].join('\n'));
}

function rust(): fc.Arbitrary<string> {
  const piece = fc
    .tuple(fc.constantFrom(...RUST), fc.constantFrom('one', 'two', 'deep'))
    .map(([line, module]) => line.replaceAll('{m}', module));
  return fc.array(piece, { maxLength: 6 }).map((lines) => lines.join('\n'));
}

function edits(paths: readonly string[], source: fc.Arbitrary<string | undefined>): fc.Arbitrary<Edit> {
  return fc.record({ path: fc.constantFrom(...paths), source });
}

const PYTHON_FILES = [
  'app/core.py',
  'app/shapes.py',
  'app/__init__.py',
  'app/core/__init__.py',
  'src/app/core.py',
  'tools/run.py',
  'lib/app/core.py',
];
const RUST_FILES = ['src/lib.rs', 'src/main.rs', 'src/one.rs', 'src/one/deep.rs', 'src/two/mod.rs', 'src/two/deep.rs', 'tests/two.rs'];
const GO_FILES = ['a/a.go', 'a/more.go', 'a/a_test.go', 'b/b.go', 'b/more.go', 'a/internal/i.go', 'main.go'];

const edit: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 6, arbitrary: edits(PYTHON_FILES, text(PYTHON, '')) },
  { weight: 6, arbitrary: fc.oneof(edits(GO_FILES, text(GO, 'package a')), edits(GO_FILES, text(GO, 'package b'))) },
  { weight: 3, arbitrary: edits(['j/A.java', 'j/B.java', 'C.java'], fc.oneof(text(JAVA, 'package a;'), text(JAVA, 'package b;'))) },
  { weight: 2, arbitrary: edits(['l/one.lua', 'l/two.lua', 'one.lua'], text(LUA, '')) },
  { weight: 3, arbitrary: edits(['j/A.kt', 'K.kt'], fc.oneof(text(KOTLIN, 'package a'), text(KOTLIN, 'package b'))) },
  { weight: 3, arbitrary: edits(['c/A.cs', 'B.cs', 'C.cs'], text(CSHARP, '')) },
  { weight: 3, arbitrary: edits(['p/a.php', 'b.php', 'c.php'], text(PHP, '<?php')) },
  { weight: 3, arbitrary: edits(['lib/one.rb', 'lib/two.rb', 'b.rb'], text(RUBY, '')) },
  { weight: 6, arbitrary: edits(RUST_FILES, rust()) },
  { weight: 1, arbitrary: edits(['app/core.ts', 'a/b.ts'], fc.constantFrom(...TYPESCRIPT)) },
  {
    weight: 3,
    arbitrary: edits(
      [...PYTHON_FILES, ...GO_FILES, ...RUST_FILES, 'app/core.ts', 'j/A.java', 'K.kt', 'one.lua', 'B.cs', 'b.php', 'lib/two.rb'],
      fc.constant(undefined),
    ),
  },
  {
    weight: 1,
    arbitrary: edits(
      ['go.mod', 'b/go.mod'],
      fc.constantFrom(undefined, 'module example.com/m', 'module other.org/x\nreplace example.com/m => ./a'),
    ),
  },
  {
    weight: 1,
    arbitrary: edits(
      ['Cargo.toml'],
      fc.constantFrom(undefined, '[package]\nname = "shop"', '[package]\nname = "other"\n[lib]\npath = "src/one.rs"'),
    ),
  },
  { weight: 1, arbitrary: edits(['pyproject.toml', 'lib/pyproject.toml'], fc.constantFrom(undefined, '[project]')) },
);

const START: readonly (readonly [string, string])[] = [
  ['go.mod', 'module example.com/m'],
  ['a/a.go', ['package a', GO[3], GO[7], GO[11]].join('\n')],
  ['a/more.go', ['package a', GO[5], GO[9], GO[10]].join('\n')],
  ['b/b.go', ['package b', 'import other "example.com/m/a"', 'func use() { o, _ := other.Make(2); o.Area().Roll(1) }'].join('\n')],
  ['app/__init__.py', 'from .shapes import *\nfrom .core import make'],
  ['app/core.py', ['from app.shapes import Shape, Round', PYTHON[8], PYTHON[11]].join('\n')],
  ['app/shapes.py', [PYTHON[5], PYTHON[7]].join('\n')],
  ['Cargo.toml', '[package]\nname = "shop"'],
  ['src/lib.rs', ['pub mod one;', 'pub mod two;', 'pub use one::*;', RUST[7], RUST[13]].join('\n')],
  ['src/one.rs', ['use crate::Areal;', RUST[6], RUST[8], RUST[11]].join('\n')],
  ['src/two/mod.rs', ['mod deep;', 'use crate::one::{Shape, Round, make};', 'use super::*;', RUST[9], RUST[10]].join('\n')],
  ['src/two/deep.rs', ['use super::super::{one, Shape};', RUST[12]!.replaceAll('{m}', 'one')].join('\n')],
  ['tests/two.rs', 'use shop::one::make;\nfn works() { make().area().roll(); shop::each!(1); }'],
  ['lib/one.rb', [RUBY[0], RUBY[2], RUBY[6]].join('\n')],
  ['lib/two.rb', [RUBY[3], RUBY[4]].join('\n')],
  ['j/A.java', ['package a;', JAVA[3]].join('\n')],
  ['j/B.java', ['package b;', JAVA[0], JAVA[5], JAVA[6], JAVA[7]].join('\n')],
  ['B.cs', [CSHARP[0], CSHARP[4], CSHARP[7]].join('\n')],
  ['C.cs', [CSHARP[2], CSHARP[5], CSHARP[6], CSHARP[9]].join('\n')],
  ['b.php', ['<?php', PHP[0], PHP[4], PHP[6]].join('\n')],
  ['c.php', ['<?php', PHP[1], PHP[2], PHP[5], PHP[7]].join('\n')],
  ['tools/run.py', 'from app import make, Shape\nmake(1).area()\nShape().grow()'],
];
