import { analyse } from '../../testing/code-base.ts';

describe('Java', () => {
  it('has nodes for types and members, with doc comment, visibility and complexity', () => {
    const found = analyse({
      'A.java': [
        'package shop;',
        '/** A cart. */',
        'public abstract class Cart<T> {',
        '  private int size;',
        '  public Cart() {}',
        '  /** Adds. */',
        '  protected static <K> K add(K key, String... more) throws E {',
        '    if (key != null && more.length > 0 || true) { for (;;) {} }',
        '    return key;',
        '  }',
        '  abstract void pay();',
        '  enum State { OPEN, PAID }',
        '  interface Payable { void pay(); }',
        '  record Line(int count) {}',
        '}',
      ].join('\n'),
    });
    expect(found.node('A.java#Cart')).toEqual(
      jasmine.objectContaining({ node_type: 'class', docstring: 'A cart.', visibility: 'public', is_abstract: true }),
    );
    expect(found.node('A.java#Cart.add')).toEqual(
      jasmine.objectContaining({
        docstring: 'Adds.',
        visibility: 'protected',
        is_static: true,
        complexity: 5,
        return_type: 'K',
        parameter_types: ['K', 'String'],
      }),
    );
    expect(found.node('A.java#Cart.State').node_type).toBe('enum');
    expect(found.node('A.java#Cart.Payable.pay')).toEqual(jasmine.objectContaining({ is_abstract: true, visibility: 'public' }));
    expect(found.node('A.java#Cart.Line.count').node_type).toBe('property');
  });

  it('resolves imports by package: types, wildcards, static members, nested types, and its own package without any', () => {
    const found = analyse({
      'src/shop/Cart.java':
        'package shop; public class Cart { public static class Line { public void go() {} } public static void open() {} }',
      'src/shop/Price.java': 'package shop; class Price { void use() { Cart.open(); } }',
      'src/tool/Util.java': 'package tool; public class Util { public static void help() {} }',
      'src/App.java': [
        'package app;',
        'import shop.*;',
        'import shop.Cart.Line;',
        'import static tool.Util.help;',
        'import java.util.List;',
        'import org.slf4j.Logger;',
        'class App { void run(Line line, tool.Util util) { Cart.open(); line.go(); help(); System.exit(0); } }',
      ].join('\n'),
    });
    expect(found.all('imports')).toEqual(['src/App.java -> src/shop/Cart.java', 'src/App.java -> src/tool/Util.java']);
    expect(found.all('depends_on')).toEqual(['src/App.java -> pkg:java/java.util', 'src/App.java -> pkg:maven/org.slf4j']);
    expect(found.from('src/App.java#App.run', 'calls')).toEqual([
      'src/shop/Cart.java#Cart.Line.go',
      'src/shop/Cart.java#Cart.open',
      'src/tool/Util.java#Util.help',
    ]);
    expect(found.from('src/shop/Price.java#Price.use', 'calls')).toEqual(['src/shop/Cart.java#Cart.open']);
    expect(found.stats).toEqual(jasmine.objectContaining({ unresolvedCalls: 0, externalCalls: 1 }));
  });

  it('resolves calls by this, super, fields, generics, lambdas, overloads and enclosing classes', () => {
    const found = analyse({
      'M.java': [
        'import java.util.*;',
        'interface Turner { void turn(); }',
        'class Base<T> { T item; Base(int n) {} T get() { return item; } void greet() {} }',
        'class Part implements Turner { @Override public void turn() {} Part next() { return this; } }',
        'class Engine extends Base<Part> {',
        '  List<Part> parts = new ArrayList<>(); Map<String, Part> byName;',
        '  Engine() { super(1); }',
        '  void greet() { super.greet(); get().turn(); this.item.next().turn(); }',
        '  void one(int a) { two(); } void one(int a, int b) { greet(); }',
        '  void two() { one(1, 2); for (var p : parts) p.turn(); parts.forEach(p -> p.next()); byName.get("a").turn(); }',
        '  void known(Object o) { if (o instanceof Part p && true) p.turn(); ((Part) o).next(); o.turn(); }',
        '  class Inner { void in() { greet(); } }',
        '  Turner made() { return new Turner() { public void turn() { greet(); } }; }',
        '}',
      ].join('\n'),
    });
    const calls = (name: string): string[] => found.from(`M.java#${name}`, 'calls').map((id) => id.slice('M.java#'.length));
    expect(calls('Engine.greet')).toEqual(['Base.get', 'Base.greet', 'Part.next', 'Part.turn']);
    expect(calls('Engine.Engine')).toEqual(['Base.Base']);
    expect(calls('Engine.one')).toEqual(['Engine.two']);
    expect(calls('Engine.two')).toEqual(['Engine.one~2', 'Part.next', 'Part.turn']);
    expect(calls('Engine.known')).toEqual(['Part.next', 'Part.turn']);
    expect(calls('Engine.Inner.in')).toEqual(['Engine.greet']);
    expect(calls('Engine.made.Turner$.turn')).toEqual(['Engine.greet']);
    expect(found.all('inherits')).toEqual(['M.java#Engine -> M.java#Base']);
    expect(found.all('implements')).toEqual(['M.java#Engine.made.Turner$ -> M.java#Turner', 'M.java#Part -> M.java#Turner']);
    expect(found.all('overrides')).toContain('M.java#Part.turn -> M.java#Turner.turn');
    expect(found.all('overrides')).toContain('M.java#Engine.greet -> M.java#Base.greet');
  });

  it('distinguishes a class written with its package from an imported one of the same name', () => {
    const found = analyse({
      'alpha/Server.java':
        'package alpha;\npublic class Server { public Server() {} public void start() {} public static Server made() { return new Server(); } public static class Part {} }',
      'beta/Server.java':
        'package beta;\npublic class Server { public void start() {} public static Server made() { return new Server(); } }',
      'demo/Boot.java': [
        'package demo;',
        'import beta.Server;',
        'public class Boot {',
        '  Server other;',
        '  void make() { new alpha.Server().start(); new alpha.Server.Part(); }',
        '  void call() { alpha.Server.made().start(); }',
        '  void local(Boot alpha) { alpha.other.start(); }',
        '}',
      ].join('\n'),
    });
    expect(found.from('demo/Boot.java#Boot.make', 'instantiates')).toEqual(['alpha/Server.java#Server', 'alpha/Server.java#Server.Part']);
    expect(found.from('demo/Boot.java#Boot.make', 'calls')).toEqual(['alpha/Server.java#Server.Server', 'alpha/Server.java#Server.start']);
    expect(found.from('demo/Boot.java#Boot.call', 'calls')).toEqual(['alpha/Server.java#Server.made', 'alpha/Server.java#Server.start']);
    expect(found.from('demo/Boot.java#Boot.local', 'calls')).toEqual(['beta/Server.java#Server.start']);
  });
});
