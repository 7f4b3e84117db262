import { analyse } from '../../testing/code-base.ts';

describe('C#', () => {
  it('has nodes for types and members, with doc comment, visibility and complexity', () => {
    const found = analyse({
      'A.cs': [
        'namespace Shop;',
        '/// <summary>A cart.</summary>',
        'public abstract class Cart<T> : Base {',
        '  int size;',
        '  public int Count { get; set; }',
        '  /// <summary>Adds.</summary>',
        '  protected static async Task<K> Add<K>(K key, int n) {',
        '    if (key != null && n > 0 || true) { foreach (var x in xs) {} }',
        '    return key;',
        '  }',
        '}',
        'enum State { Open, Paid }',
      ].join('\n'),
    });
    expect(found.node('A.cs#Cart')).toEqual(
      jasmine.objectContaining({ node_type: 'class', docstring: 'A cart.', visibility: 'public', is_abstract: true }),
    );
    expect(found.node('A.cs#Cart.Add')).toEqual(
      jasmine.objectContaining({
        docstring: 'Adds.',
        visibility: 'protected',
        is_static: true,
        is_async: true,
        complexity: 5,
        return_type: 'Task<K>',
        parameter_types: ['K', 'int'],
      }),
    );
    expect(found.node('A.cs#Cart.size').visibility).toBe('private');
    expect(found.node('A.cs#State')).toEqual(jasmine.objectContaining({ node_type: 'enum', visibility: 'internal' }));
    expect(found.node('A.cs#State.Open').node_type).toBe('property');
  });

  it('resolves names by enclosing namespaces, using, aliases and static usings, and members of partial classes', () => {
    const found = analyse({
      'Models.cs': 'namespace App.Models { public class User { public static void Make() {} public void Go() {} } }',
      'Util.cs': 'namespace Tools; public static class Util { public static void Help() {} }',
      'One.cs': 'namespace App.Web; public partial class Page { public void First() { Second(); } }',
      'Two.cs': 'namespace App.Web; public partial class Page { public void Second() {} }',
      'Main.cs': [
        'using App.Models;',
        'using U = App.Models.User;',
        'using static Tools.Util;',
        'using System.Linq;',
        'using Newtonsoft.Json.Linq;',
        'namespace App.Web {',
        '  class Main { void Run(Page page, Models.User other) { User.Make(); U.Make(); Help(); page.Second(); other.Go(); Console.WriteLine(); } }',
        '}',
      ].join('\n'),
    });
    expect(found.from('Main.cs#Main.Run', 'calls')).toEqual([
      'Models.cs#User.Go',
      'Models.cs#User.Make',
      'Two.cs#Page.Second',
      'Util.cs#Util.Help',
    ]);
    expect(found.all('imports')).toEqual(['Main.cs -> Models.cs', 'Main.cs -> Util.cs']);
    expect(found.from('One.cs#Page.First', 'calls')).toEqual(['Two.cs#Page.Second']);
    expect(found.all('depends_on')).toEqual(['Main.cs -> pkg:dotnet/System.Linq', 'Main.cs -> pkg:nuget/Newtonsoft.Json']);
    expect(found.stats).toEqual(jasmine.objectContaining({ unresolvedCalls: 0, externalCalls: 1 }));
  });

  it('resolves calls by this, base, fields, patterns, awaited and iterated values, and overloads', () => {
    const found = analyse({
      'M.cs': [
        'interface ITurn { void Turn(); }',
        'class Base { public Base(int n) {} public virtual void Greet() {} }',
        'class Part : ITurn { public void Turn() {} public async Task<Part> Next() => this; }',
        'class Later { void Run(Part? part) { Inner(); part!.Turn(); void Inner() {} } public static implicit operator Later(Part part) { part.Turn(); return null; } }',
        'class Engine : Base {',
        '  private readonly List<Part> parts = new(); Part Main { get; }',
        '  public Engine() : base(1) { }',
        '  public override void Greet() { base.Greet(); this.Main.Turn(); Main?.Turn(); }',
        '  void One(int a) {} void One(int a, int b) { Greet(); }',
        '  async void Two(object o) { One(1, 2); foreach (var p in parts) p.Turn(); (await Main.Next()).Turn(); parts[0].Turn(); if (o is Part q && true) q.Next(); ((Part)o).Turn(); o.Turn(); new Part().Turn(); }',
        '}',
      ].join('\n'),
    });
    const calls = (name: string): string[] => found.from(`M.cs#${name}`, 'calls').map((id) => id.slice('M.cs#'.length));
    expect(calls('Later.Run')).toEqual(['Later.Run.Inner', 'Part.Turn']);
    expect(found.from('M.cs', 'calls')).toEqual(['M.cs#Part.Turn']);
    expect(calls('Engine.Engine')).toEqual(['Base.Base']);
    expect(calls('Engine.Greet')).toEqual(['Base.Greet', 'Part.Turn']);
    expect(calls('Engine.Two')).toEqual(['Engine.One~2', 'Part.Next', 'Part.Turn']);
    expect(found.from('M.cs#Engine.Two', 'instantiates')).toEqual(['M.cs#Part']);
    expect(found.all('inherits')).toEqual(['M.cs#Engine -> M.cs#Base']);
    expect(found.all('implements')).toEqual(['M.cs#Part -> M.cs#ITurn']);
    expect(found.all('overrides')).toEqual(['M.cs#Engine.Greet -> M.cs#Base.Greet', 'M.cs#Part.Turn -> M.cs#ITurn.Turn']);
    expect(found.stats.unresolvedCalls).toBe(1);
  });

  it("resolves extension methods of visible namespaces by the value's type or, at half the confidence, by the number of arguments", () => {
    const found = analyse({
      'Shape.cs': 'namespace Draw; public class Shape { public void Own() {} } public class Round : Shape {} public class Page {}',
      'Far.cs': 'namespace Far; public static class FarExtensions { public static void Hidden(this Draw.Shape shape) {} }',
      'Ext.cs': [
        'using Draw;',
        'using Vendor;',
        'namespace Tools;',
        'public static class ShapeExtensions {',
        '  public static Shape Grow(this Shape shape, int by = 1) => shape;',
        '  public static void Grow(this Page page, int by = 1) {}',
        '  public static void Turn(this Shape shape, params int[] by) {}',
        '  public static T Also<T>(this T value, int n) => value;',
        '  public static void Own(this Shape shape) {}',
        '  public static void AddTools(this IServices services) {}',
        '}',
      ].join('\n'),
      'Main.cs': [
        'using Draw;',
        'using Tools;',
        'using Vendor;',
        'class Main {',
        '  void Known(Round round, Page page) { round.Grow().Turn(1, 2); page.Grow(3); round.Also(1); round.Own(); }',
        '  void Wrong(Round round, Page page) { page.Turn(1); round.Grow(1, 2); round.Also(); round.Hidden(); }',
        '  void Perhaps(IServices services, Round? round) { services.AddTools(); services.AddOthers(); round?.Grow(); }',
        '}',
      ].join('\n'),
    });
    expect(found.from('Main.cs#Main.Known', 'calls')).toEqual([
      'Ext.cs#ShapeExtensions.Also',
      'Ext.cs#ShapeExtensions.Grow',
      'Ext.cs#ShapeExtensions.Grow~2',
      'Ext.cs#ShapeExtensions.Turn',
      'Shape.cs#Shape.Own',
    ]);
    expect(found.from('Main.cs#Main.Wrong', 'calls')).toEqual([]);
    expect(found.from('Main.cs#Main.Perhaps', 'calls')).toEqual(['Ext.cs#ShapeExtensions.AddTools', 'Ext.cs#ShapeExtensions.Grow']);
    expect(found.relationship('Main.cs#Main.Perhaps', 'calls', 'Ext.cs#ShapeExtensions.AddTools')).toEqual(
      jasmine.objectContaining({ resolution: 'scope', confidence: 0.5 }),
    );
    expect(found.relationship('Main.cs#Main.Known', 'calls', 'Ext.cs#ShapeExtensions.Turn').resolution).toBe('extension');
  });

  it('distinguishes types of one name by their type parameters, and methods by their possible numbers of arguments', () => {
    const found = analyse({
      'Box.cs': [
        'namespace N;',
        'public class Box { public void Plain() {} public static void Make() {} }',
        'public class Box<T> { public void Typed() {} public static void Make() {} }',
        'public interface IRun { void Run(int a); }',
        'public class Runner : IRun { public void Run(int a, bool twice = false) {} public void Run(string a, params int[] rest) {} void IRun.Run(int a) {} }',
      ].join('\n'),
      'Main.cs': [
        'using N;',
        'class Main {',
        '  void Call(Box box, Box<int> typed, Runner runner) { box.Plain(); typed.Typed(); Box.Make(); Box<int>.Make(); new N.Box<string>(); runner.Run(1); }',
        '}',
      ].join('\n'),
    });
    expect(found.from('Main.cs#Main.Call', 'calls')).toEqual([
      'Box.cs#Box.Make',
      'Box.cs#Box.Plain',
      'Box.cs#Box~2.Make',
      'Box.cs#Box~2.Typed',
      'Box.cs#Runner.Run',
    ]);
    expect(found.from('Main.cs#Main.Call', 'instantiates')).toEqual(['Box.cs#Box~2']);
  });

  it('gives a partial class the shortest path, and finds static and inherited members in its other parts', () => {
    const found = analyse({
      'Cart.Designer.cs': 'namespace N; public static partial class Cart { public static void Drawn() {} }',
      'Base.cs': 'namespace N; public class Base { public void Grow() {} }',
      'Page.cs': 'namespace N; public partial class Page : Base {}',
      'Page.Async.cs': 'namespace N; public partial class Page { void Late() { base.Grow(); Grow(); } }',
      'Cart.cs': 'namespace N; public static partial class Cart { public static void Add() { Drawn(); } }',
      'Main.cs': 'using N; class Main { void Call() { Cart.Add(); Cart.Drawn(); } System.Type Kind() => typeof(Cart); Cart cart; }',
    });
    expect(found.from('Main.cs#Main.Call', 'calls')).toEqual(['Cart.Designer.cs#Cart.Drawn', 'Cart.cs#Cart.Add']);
    expect(found.from('Page.Async.cs#Page.Late', 'calls')).toEqual(['Base.cs#Base.Grow']);
    expect(found.from('Cart.cs#Cart.Add', 'calls')).toEqual(['Cart.Designer.cs#Cart.Drawn']);
    expect(found.all('uses')).toEqual(['Main.cs#Main -> Cart.cs#Cart', 'Page.cs#Page -> Base.cs#Base']);
  });

  it('reads one branch of the directives if a file does not parse because of them, with every line in its place', () => {
    const source = [
      'namespace N {',
      '  class Cart : Base',
      '#if FAST',
      '    , IFast',
      '#else',
      '    , ISlow',
      '#endif',
      '  {',
      '#region all',
      '    void First() {',
      '#if NEW',
      '      New(',
      '#if false',
      '        1,',
      '#endif',
      '#elif OTHER',
      '      Other(2,',
      '#else',
      '      Old(2,',
      '#endif',
      '        2);',
      '    }',
      '#if !LINQ',
      '    void Last() {}',
      '#endif',
      '#endregion',
      '    void Old(int a, int b) {} void Other(int a, int b) {} void New(int a) {}',
      '  }',
      '  interface IFast {} interface ISlow {}',
      '}',
    ];
    const found = analyse({ 'A.cs': source.join('\r\n') });
    expect(found.node('A.cs').parse_error).toBeUndefined();
    expect(found.all('implements')).toEqual(['A.cs#Cart -> A.cs#IFast']);
    expect(found.from('A.cs#Cart.First', 'calls')).toEqual(['A.cs#Cart.New']);
    expect(found.node('A.cs#Cart.Last').start_line).toBe(24);
  });

  it('applies project-wide imports in their folder and below, and nowhere else', () => {
    const found = analyse({
      'lib/Cart.cs': 'namespace Lib; public class Cart { public static void Add() {} }',
      'lib/Far.cs': 'using Lib; using Lib.More; class Far { Cart cart; }',
      'lib/Ext.cs': 'namespace Lib.More; public static class Ext { public static void Grow(this Cart cart) {} }',
      'app/Properties/Usings.cs': 'global using Lib;\nglobal using Lib.More;\nglobal using Xunit;',
      'app/deep/Main.cs': 'class Main { void Call(Cart cart) { Cart.Add(); cart.Grow(); } }',
      'other/Main.cs': 'class Other { void Call(Cart cart) { Cart.Add(); cart.Grow(); } }',
    });
    expect(found.from('app/deep/Main.cs#Main.Call', 'calls')).toEqual(['lib/Cart.cs#Cart.Add', 'lib/Ext.cs#Ext.Grow']);
    expect(found.from('other/Main.cs#Other.Call', 'calls')).toEqual([]);
    expect(found.all('imports')).toEqual(['lib/Far.cs -> lib/Cart.cs']);
    expect(found.all('depends_on')).toEqual(['app/Properties/Usings.cs -> pkg:nuget/Xunit']);
  });
});
