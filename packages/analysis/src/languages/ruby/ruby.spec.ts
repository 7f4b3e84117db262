import { analyse } from '../../testing/code-base.ts';

describe('Ruby', () => {
  it('has nodes for modules, classes and methods, with doc comment, visibility and complexity', () => {
    const found = analyse({
      'a.rb': [
        'module Shop',
        '  # A cart.',
        '  class Cart < Base',
        '    LIMIT = 3',
        '    attr_reader :size',
        '    # Adds.',
        '    def add(item, count = 1, *rest)',
        '      return item if item && count > 1',
        '      item',
        '    end',
        '    def self.make; end',
        '    private',
        '    def hidden; end',
        '  end',
        'end',
      ].join('\n'),
    });
    expect(found.node('a.rb#Shop').node_type).toBe('module');
    expect(found.node('a.rb#Shop.Cart')).toEqual(
      jasmine.objectContaining({ node_type: 'class', docstring: 'A cart.', signature: 'class Cart < Base' }),
    );
    expect(found.node('a.rb#Shop.Cart.add')).toEqual(jasmine.objectContaining({ docstring: 'Adds.', complexity: 3, visibility: 'public' }));
    expect(found.node('a.rb#Shop.Cart.make').is_static).toBeTrue();
    expect(found.node('a.rb#Shop.Cart.hidden').visibility).toBe('private');
    expect(found.node('a.rb#Shop.Cart.LIMIT').node_type).toBe('variable');
  });

  it('resolves constants by enclosing modules, requires by path, and calls by self, super, instance variables and new', () => {
    const found = analyse({
      'lib/shop/part.rb': 'module Shop\n  class Part\n    def turn; self; end\n    def self.build; new; end\n  end\nend',
      'lib/shop/more.rb': 'module Shop\n  class Part\n    def later; turn; end\n  end\n  module Loud\n    def shout; end\n  end\nend',
      'lib/shop.rb': [
        "require_relative 'shop/part'",
        "require 'shop/more'",
        "require 'json'",
        "require 'rails/all'",
        'module Shop',
        '  class Base',
        '    def greet; end',
        '  end',
        '  class Engine < Base',
        '    include Loud',
        '    attr_reader :part',
        '    def initialize; @part = Part.new; end',
        '    def greet; super; @part.turn.later; part; shout; end',
        '    def run(other)',
        '      x = Shop::Part.build',
        '      x.turn',
        '      Part.new.later',
        '      other.turn',
        '      helper',
        '    end',
        '  end',
        'end',
        'def helper; end',
      ].join('\n'),
    });
    expect(found.all('imports')).toEqual(['lib/shop.rb -> lib/shop/more.rb', 'lib/shop.rb -> lib/shop/part.rb']);
    expect(found.all('depends_on')).toEqual(['lib/shop.rb -> pkg:gem/rails', 'lib/shop.rb -> pkg:ruby/json']);
    const calls = (name: string): string[] => found.from(`lib/shop.rb#Shop.Engine.${name}`, 'calls');
    expect(calls('greet')).toEqual([
      'lib/shop.rb#Shop.Base.greet',
      'lib/shop.rb#Shop.Engine.part',
      'lib/shop/more.rb#Shop.Loud.shout',
      'lib/shop/more.rb#Shop.Part.later',
      'lib/shop/part.rb#Shop.Part.turn',
    ]);
    expect(calls('run')).toEqual([
      'lib/shop.rb#helper',
      'lib/shop/more.rb#Shop.Part.later',
      'lib/shop/part.rb#Shop.Part.build',
      'lib/shop/part.rb#Shop.Part.turn',
    ]);
    expect(found.from('lib/shop/more.rb#Shop.Part.later', 'calls')).toEqual(['lib/shop/part.rb#Shop.Part.turn']);
    expect(found.all('inherits')).toEqual([
      'lib/shop.rb#Shop.Engine -> lib/shop.rb#Shop.Base',
      'lib/shop.rb#Shop.Engine -> lib/shop/more.rb#Shop.Loud',
    ]);
    expect(found.stats.unresolvedCalls).toBe(1);
  });

  it('has nodes for operator methods, and resolves methods with ?, ! and =, and module functions', () => {
    const found = analyse({
      'a.rb': [
        'class Item',
        '  def valid?; clear!; end',
        '  def clear!; end',
        '  def size=(n); end',
        '  def <=>(other); end',
        '  def self.make; @made ||= Item.new; @made.valid?; end',
        'end',
        'module Text',
        '  module_function',
        '  def plain(s); end',
        'end',
        'module Other',
        '  def a; end',
        '  def b; end',
        '  module_function :a',
        'end',
        'module All',
        '  extend self',
        '  def c; end',
        'end',
        'def use(x)',
        '  item = Item.new',
        '  item.size = 1 if item.valid?',
        '  Text.plain(x); Other.a; Other.b; All.c',
        'end',
      ].join('\n'),
    });
    expect(found.node('a.rb#Item.<=>').node_type).toBe('method');
    expect(found.from('a.rb#Item.valid?', 'calls')).toEqual(['a.rb#Item.clear!']);
    expect(found.from('a.rb#Item.make', 'calls')).toEqual(['a.rb#Item.valid?']);
    expect(found.from('a.rb#use', 'calls')).toEqual([
      'a.rb#All.c',
      'a.rb#Item.size=',
      'a.rb#Item.valid?',
      'a.rb#Other.a',
      'a.rb#Text.plain',
    ]);
  });

  it('knows an instance variable from an assignment in another file that opens the same class', () => {
    const found = analyse({
      'part.rb': 'class Part\n  def turn; end\nend',
      'one.rb': 'class Engine\n  def initialize; @part = Part.new; end\nend',
      'two.rb': 'class Engine\n  def run; @part.turn; end\nend',
    });
    expect(found.from('two.rb#Engine.run', 'calls')).toEqual(['part.rb#Part.turn']);
  });

  it('knows what a class inherits in every file that opens it, and the values of its attributes', () => {
    const found = analyse({
      'base.rb': 'class Base\n  def add; end\nend\nmodule Loud\n  def shout; end\nend',
      'one.rb': 'class Engine < Base\n  include Loud\n  class << self\n    attr_accessor :main\n  end\n  self.main = Engine.new\nend',
      'two.rb': 'class Engine\n  def run; add; shout; Engine.main.run; end\nend',
    });
    expect(found.from('two.rb#Engine.run', 'calls')).toEqual([
      'base.rb#Base.add',
      'base.rb#Loud.shout',
      'one.rb#Engine.main',
      'two.rb#Engine.run',
    ]);
    expect(found.from('two.rb#Engine', 'inherits')).toEqual(['base.rb#Base', 'base.rb#Loud']);
  });
});
