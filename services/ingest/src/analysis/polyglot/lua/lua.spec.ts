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

  it('has nodes for functions, also those of tables, with doc comment and complexity', () => {
    expect(found.node('shop/util.lua#U.sum')).toEqual(
      jasmine.objectContaining({ node_type: 'method', docstring: 'Adds.\nTwo.', complexity: 2, signature: 'function U.sum(a, b)' }),
    );
    expect(found.node('app.lua#add').node_type).toBe('function');
  });

  it('resolves what is required, and calls of local names, of tables and of self', () => {
    expect(found.all('imports')).toEqual(['app.lua -> shop/util.lua']);
    expect(found.all('depends_on')).toEqual(['app.lua -> pkg:luarocks/cjson']);
    expect(found.from('app.lua#add', 'calls')).toEqual(['shop/util.lua#U.sum']);
    expect(found.from('app.lua#M.run', 'calls')).toEqual(['app.lua#M.other', 'app.lua#add']);
    expect(found.from('app.lua#M.other', 'calls')).toEqual(['app.lua#add']);
  });
});
