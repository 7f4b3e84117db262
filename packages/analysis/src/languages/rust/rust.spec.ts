import { analyse } from '../../testing/code-base.ts';

describe('Rust', () => {
  it('has nodes for declarations, with doc comment, signature, visibility and complexity', () => {
    const found = analyse({
      'src/lib.rs': [
        '//! About shapes.',
        '//! And more.',
        '',
        '/// A shape.',
        '///',
        '/// Really.',
        '#[derive(Debug, Loud)]',
        '#[doc = "Written otherwise."]',
        'pub struct Shape<T> { pub part: Option<T>, count: u32 }',
        'pub(crate) enum Kind { Round(f64), Square { side: f64 }, None }',
        'trait Areal { const SIDES: u32; fn area(&self) -> f64; fn twice(&self) -> f64 { self.area() * 2.0 } }',
        'impl<T> Shape<T> {',
        '    /** Makes one. */',
        '    pub async fn make(n: usize, (a, b): (u8, u8)) -> Result<Self, Error> {',
        '        if n > 1 && a == b || b == 0 { return Err(fail()?); }',
        '        match n { 0 => {}, _ => {} }',
        '        for _ in 0..n { while false {} }',
        '        todo!()',
        '    }',
        '}',
        'pub const LIMIT: u32 = 3;',
        'static mut COUNT: u32 = 0;',
        'type Pair<T> = (T, T);',
        'macro_rules! each { ($x:expr) => { $x } }',
        'mod inner {',
        '    //! Inside.',
        '    pub fn deep() { fn nested() {} }',
        '}',
      ].join('\n'),
    });
    expect(found.node('src/lib.rs').docstring).toBe('About shapes.\nAnd more.');
    expect(found.node('src/lib.rs#Shape')).toEqual(
      jasmine.objectContaining({
        node_type: 'class',
        language: 'rust',
        docstring: 'A shape.\n\nReally.\nWritten otherwise.',
        signature: 'pub struct Shape<T>',
        visibility: 'public',
        is_exported: true,
      }),
    );
    expect(found.node('src/lib.rs#Shape.count')).toEqual(jasmine.objectContaining({ node_type: 'property', visibility: 'private' }));
    expect(found.node('src/lib.rs#Kind')).toEqual(jasmine.objectContaining({ node_type: 'enum', visibility: 'internal' }));
    expect(found.node('src/lib.rs#Kind.Square').node_type).toBe('property');
    expect(found.node('src/lib.rs#Areal').node_type).toBe('interface');
    expect(found.node('src/lib.rs#Areal.area').is_abstract).toBeTrue();
    expect(found.node('src/lib.rs#Shape.make')).toEqual(
      jasmine.objectContaining({
        node_type: 'method',
        docstring: 'Makes one.',
        signature: 'pub async fn make(n: usize, (a, b): (u8, u8)) -> Result<Self, Error>',
        parameter_types: ['usize', '(u8, u8)'],
        return_type: 'Result<Self, Error>',
        is_async: true,
        is_static: true,
        complexity: 9,
        start_line: 14,
        end_line: 19,
      }),
    );
    expect(found.node('src/lib.rs#LIMIT').node_type).toBe('variable');
    expect(found.node('src/lib.rs#Pair').node_type).toBe('type');
    expect(found.node('src/lib.rs#each')).toEqual(jasmine.objectContaining({ node_type: 'function', signature: 'macro_rules! each' }));
    expect(found.node('src/lib.rs#inner')).toEqual(jasmine.objectContaining({ node_type: 'module', docstring: 'Inside.' }));
    expect(found.node('src/lib.rs#inner.deep.nested').node_type).toBe('function');
  });

  it('follows modules: beside the file, in its folder, by path, inside files, and through re-exports', () => {
    const found = analyse({
      'Cargo.toml': '[package]\nname = "my-shop"\n\n[dependencies]\nserde = "1"\njson = { package = "serde_json", version = "1" }\n',
      'src/lib.rs': [
        'mod a;',
        'pub mod b;',
        '#[path = "odd/place.rs"]',
        'mod c;',
        'pub use a::{start, stop as halt};',
        'pub use b::deep::*;',
        'mod inline { pub fn here() { super::start(); crate::b::run(); } }',
        'fn all() { start(); halt(); sink(); c::odd(); inline::here(); self::a::start(); b::deep::sink(); }',
      ].join('\n'),
      'src/a.rs': 'use super::b::run;\npub fn start() { run(); stop() }\npub fn stop() { crate::halt(); }',
      'src/b/mod.rs': 'pub mod deep;\nuse json::to_string;\npub fn run() { to_string(1); serde::run(); }',
      'src/b/deep.rs': 'pub fn sink() { super::run(); super::super::start(); }',
      'src/odd/place.rs': 'pub fn odd() { super::start(); }',
      'src/main.rs': 'use my_shop::{self, b::deep};\nfn main() { my_shop::start(); deep::sink(); std::process::exit(0); }',
      'tests/all.rs': 'mod common;\nuse my_shop::halt;\n#[test]\nfn works() { common::help(); halt(); }',
      'tests/common/mod.rs': 'pub fn help() { my_shop::b::run(); }',
    });
    expect(found.from('src/lib.rs#all', 'calls')).toEqual([
      'src/a.rs#start',
      'src/a.rs#stop',
      'src/b/deep.rs#sink',
      'src/lib.rs#inline.here',
      'src/odd/place.rs#odd',
    ]);
    expect(found.from('src/lib.rs#inline.here', 'calls')).toEqual(['src/a.rs#start', 'src/b/mod.rs#run']);
    expect(found.from('src/a.rs#start', 'calls')).toEqual(['src/a.rs#stop', 'src/b/mod.rs#run']);
    expect(found.from('src/a.rs#stop', 'calls')).toEqual(['src/a.rs#stop']);
    expect(found.from('src/b/deep.rs#sink', 'calls')).toEqual(['src/a.rs#start', 'src/b/mod.rs#run']);
    expect(found.from('src/odd/place.rs#odd', 'calls')).toEqual(['src/a.rs#start']);
    expect(found.from('src/main.rs#main', 'calls')).toEqual(['src/a.rs#start', 'src/b/deep.rs#sink']);
    expect(found.from('tests/all.rs#works', 'calls')).toEqual(['src/a.rs#stop', 'tests/common/mod.rs#help']);
    expect(found.from('tests/common/mod.rs#help', 'calls')).toEqual(['src/b/mod.rs#run']);
    expect(found.from('src/lib.rs', 'imports')).toEqual(['src/a.rs', 'src/b/deep.rs', 'src/b/mod.rs', 'src/odd/place.rs']);
    expect(found.from('src/main.rs', 'imports')).toEqual(['src/b/deep.rs', 'src/lib.rs']);
    expect(found.from('src/b/mod.rs', 'depends_on')).toEqual(['pkg:cargo/serde', 'pkg:cargo/serde_json']);
    expect(found.from('src/lib.rs', 'exports')).toEqual(['src/a.rs#start', 'src/a.rs#stop', 'src/b/deep.rs#sink', 'src/b/mod.rs']);
    expect(found.relationship('src/a.rs#start', 'calls', 'src/b/mod.rs#run')).toEqual(
      jasmine.objectContaining({ resolution: 'import', confidence: 1 }),
    );
  });

  it('resolves calls by types: self, parameters, fields, results, patterns, closures', () => {
    const found = analyse({
      'src/lib.rs': [
        'mod types;',
        'use types::{Part, Shape, Kind};',
        'struct Holder<T> { shape: Box<Shape>, all: Vec<T>, name: String }',
        'impl Holder<Part> {',
        '    fn new(shape: Shape) -> Self { Self { shape: Box::new(shape), all: vec![], name: String::new() } }',
        '    fn name(&self) -> &str { self.name.trim() }',
        '    fn use_all(&self) { Self::new(Shape::make(1)).name(); self.shape.grow().part.turn(); }',
        '    fn each(&self) { for part in &self.all { part.turn(); } self.all.iter().map(|p| p.turn()).count(); }',
        '    fn find(&self) -> Option<&Shape> { None }',
        '}',
        'fn patterns(h: &Holder<Part>, kind: Kind) {',
        '    if let Some(s) = h.find() { s.grow(); }',
        '    let Some(ref t) = h.find() else { return };',
        '    t.clone().grow();',
        '    match kind { Kind::Holds(p, _) => p.turn(), Kind::Named { shape: s } if s.grow().ok() => {}, _ => {} }',
        '    let Shape { part, .. } = Shape::make(2); part.turn();',
        '}',
        'fn tried() -> Result<Part, String> { let part = make_part()?; part.turn(); Ok(part) }',
        'fn make_part() -> Result<Part, String> { tried()?.turn(); assert_eq!(Shape::make(1).ok(), true); unknown_macro!(Shape::make(1)) }',
        'async fn later() -> Part { later().await.turn(); Part(1) }',
      ].join('\n'),
      'src/types.rs': [
        '#[derive(Clone)]',
        'pub struct Shape { pub part: Part }',
        'pub struct Part(pub u32);',
        'pub enum Kind { Holds(Part, u8), Named { shape: Shape }, Nothing }',
        'impl Shape {',
        '    pub fn make(n: u32) -> Shape { Shape { part: Part(n) } }',
        '    pub fn grow(&self) -> &Self { self }',
        '    pub fn ok(&self) -> bool { true }',
        '}',
        'impl Part { pub fn turn(&self) {} }',
      ].join('\n'),
    });
    const turn = 'src/types.rs#Part.turn';
    const grow = 'src/types.rs#Shape.grow';
    const make = 'src/types.rs#Shape.make';
    expect(found.from('src/lib.rs#Holder.use_all', 'calls')).toEqual([
      'src/lib.rs#Holder.name~2',
      'src/lib.rs#Holder.new',
      turn,
      grow,
      make,
    ]);
    expect(found.from('src/lib.rs#Holder.name~2', 'calls')).toEqual([]);
    expect(found.from('src/lib.rs#Holder.each', 'calls')).toEqual([turn]);
    expect(found.from('src/lib.rs#patterns', 'calls')).toEqual(
      ['src/lib.rs#Holder.find', turn, grow, make, 'src/types.rs#Shape.ok'].sort(),
    );
    expect(found.from('src/lib.rs#tried', 'calls')).toEqual(['src/lib.rs#make_part', turn]);
    expect(found.from('src/lib.rs#make_part', 'calls')).toEqual(['src/lib.rs#tried', turn, make, 'src/types.rs#Shape.ok'].sort());
    expect(found.from('src/lib.rs#later', 'calls')).toEqual(['src/lib.rs#later', turn]);
    expect(found.from('src/lib.rs#later', 'instantiates')).toEqual(['src/types.rs#Part']);
    expect(found.from('src/types.rs#Shape.make', 'instantiates')).toEqual(['src/types.rs#Part', 'src/types.rs#Shape']);
  });

  it('knows traits: their implementations, supertraits, defaults, and impl blocks in other files', () => {
    const found = analyse({
      'src/lib.rs': [
        'mod more;',
        'mod shape;',
        'pub trait Base { fn base(&self) {} }',
        'pub trait Areal: Base { type Out: Base; fn area(&self) -> Self::Out; fn twice(&self) { self.area().base(); } fn new() -> Self; }',
        'fn generic<T: Areal>(t: T, u: &dyn Areal, v: impl Areal) where T: Clone { t.area(); u.twice(); v.base(); T::new(); }',
        'fn concrete(s: shape::Shape) { s.area(); s.twice(); s.extra(); shape::Shape::fresh(); <shape::Shape as Areal>::new(); }',
      ].join('\n'),
      'src/shape.rs': 'pub struct Shape;\npub struct Other;\nimpl Other { pub fn extra(&self) {} }',
      'src/more.rs': [
        'use crate::{shape::Shape, Areal, Base};',
        'impl Base for Shape {}',
        'impl Areal for Shape { type Out = Shape; fn area(&self) -> Shape { Self::fresh() } fn new() -> Self { Shape } }',
        'impl Shape { pub fn extra(&self) { self.area().base(); } pub fn fresh() -> Shape { Shape } }',
        'mod other { pub struct Shape; impl Shape { pub fn extra(&self) {} } }',
      ].join('\n'),
    });
    expect(found.from('src/shape.rs#Shape', 'implements')).toEqual(['src/lib.rs#Areal', 'src/lib.rs#Base']);
    expect(found.from('src/lib.rs#Areal', 'inherits')).toEqual(['src/lib.rs#Base']);
    expect(found.from('src/more.rs#Shape.area', 'overrides')).toEqual(['src/lib.rs#Areal.area']);
    expect(found.from('src/lib.rs#Areal.twice', 'calls')).toEqual(['src/lib.rs#Areal.area', 'src/lib.rs#Base.base']);
    expect(found.from('src/lib.rs#generic', 'calls')).toEqual([
      'src/lib.rs#Areal.area',
      'src/lib.rs#Areal.new',
      'src/lib.rs#Areal.twice',
      'src/lib.rs#Base.base',
    ]);
    expect(found.from('src/lib.rs#concrete', 'calls')).toEqual([
      'src/lib.rs#Areal.twice',
      'src/more.rs#Shape.area',
      'src/more.rs#Shape.extra',
      'src/more.rs#Shape.fresh',
      'src/more.rs#Shape.new',
    ]);
    expect(found.from('src/more.rs#Shape.extra', 'calls')).toEqual(['src/lib.rs#Base.base', 'src/more.rs#Shape.area']);
  });

  it('reads the items inside a macro, resolves macro calls by name, and guesses nothing inside others', () => {
    const found = analyse({
      'src/lib.rs': [
        'macro_rules! cfg_some { ($($item:item)*) => { $($item)* } }',
        'cfg_some! {',
        '    pub mod a;',
        '    pub fn made() { a::run(); }',
        '}',
        'fn all() { made(); println!("{}", a::run()); each!(a::run()); "made!(x)"; }',
      ].join('\n'),
      'src/a.rs': 'pub fn run() { cfg_some!(1); }',
    });
    expect(found.node('src/lib.rs#made').start_line).toBe(4);
    expect(found.from('src/lib.rs#made', 'calls')).toEqual(['src/a.rs#run']);
    expect(found.from('src/lib.rs#all', 'calls')).toEqual(['src/a.rs#run', 'src/lib.rs#made']);
    expect(found.from('src/a.rs#run', 'calls')).toEqual(['src/lib.rs#cfg_some']);
    expect(found.stats.unresolvedCalls).toBe(1);
  });
});
