import { analyse } from '../../testing/code-base.ts';

describe('Lua', () => {
  const found = analyse({
    'shop/util.lua': 'local U = {}\n--- Adds.\n-- Two.\nfunction U.sum(a, b)\n  if a and b then return a end\n  return b\nend\nreturn U',
    'app.lua': [
      "local util = require('shop.util')",
      "local json = require 'cjson'",
      'local M = {}',
      'local function add(a) return util.sum(a, 1) end',
      'function M:run(x)',
      '  add(1)',
      '  self.other()',
      '  x:run()',
      'end',
      'function M.other() local f = function() add(2) end; f() end',
      'return M',
    ].join('\n'),
  });

  it('has nodes for functions, also in tables, with doc comment and complexity', () => {
    expect(found.node('shop/util.lua#U.sum')).toEqual(
      jasmine.objectContaining({ node_type: 'method', docstring: 'Adds.\nTwo.', complexity: 2, signature: 'function U.sum(a, b)' }),
    );
    expect(found.node('app.lua#add').node_type).toBe('function');
  });

  it('resolves required modules, and calls of local names, of tables and of self', () => {
    expect(found.all('imports')).toEqual(['app.lua -> shop/util.lua']);
    expect(found.all('depends_on')).toEqual(['app.lua -> pkg:luarocks/cjson']);
    expect(found.from('app.lua#add', 'calls')).toEqual(['shop/util.lua#U.sum']);
    expect(found.from('app.lua#M.run', 'calls')).toEqual(['app.lua#M.other', 'app.lua#add']);
    expect(found.from('app.lua#M.other', 'calls')).toEqual(['app.lua#add']);
  });

  it('treats a function assigned to a name, or inside a named table, as declared by that name', () => {
    const assigned = analyse({
      'tool.lua': [
        'local M = { first = function() return 1 end, deep = { second = function() end }, kept = 2 }',
        'local late',
        '--- Adds.',
        'M.third = function(a) return M.first() end',
        'local fourth = function() M.deep.second() end',
        'late = function() fourth() end',
        'M.loud, M.quiet = function() late() end, function() end',
        'return M',
      ].join('\n'),
      'use.lua':
        "local tool = require('tool')\nlocal function run()\n  tool.first()\n  tool.third(1)\n  tool.quiet()\n  tool.deep.second()\nend",
    });
    expect(assigned.node('tool.lua#M.third')).toEqual(
      jasmine.objectContaining({
        node_type: 'method',
        docstring: 'Adds.',
        signature: 'M.third = function(a)',
        parameter_types: ['any'],
        start_line: 4,
      }),
    );
    expect(assigned.node('tool.lua#fourth')).toEqual(jasmine.objectContaining({ node_type: 'function', start_line: 5 }));
    expect(assigned.from('use.lua#run', 'calls')).toEqual([
      'tool.lua#M.deep.second',
      'tool.lua#M.first',
      'tool.lua#M.quiet',
      'tool.lua#M.third',
    ]);
    expect(assigned.from('tool.lua#M.third', 'calls')).toEqual(['tool.lua#M.first']);
    expect(assigned.from('tool.lua#fourth', 'calls')).toEqual(['tool.lua#M.deep.second']);
    expect(assigned.from('tool.lua#late', 'calls')).toEqual(['tool.lua#fourth']);
    expect(assigned.from('tool.lua#M.loud', 'calls')).toEqual(['tool.lua#late']);
  });
});
