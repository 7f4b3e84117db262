import { analyse } from '../../testing/code-base.ts';

const CORE = `package shop.core

/** A part. */
open class Item(val name: String) {
  fun turn(): Item = this
  fun turn(times: Int) {}
  open fun run() {}
}
interface Loud { fun shout() {} }
`;

describe('Kotlin', () => {
  it('has nodes for types, functions and properties, with doc comment, visibility and complexity', () => {
    const found = analyse({
      'Cart.kt': `package shop.app

/** A cart. */
class Cart(private val item: String, count: Int) {
  /** Adds. */
  private suspend fun add(x: String?, vararg rest: String): String {
    if (x == null || rest.isEmpty()) return item
    return when (x) { "a" -> item; else -> x ?: item }
  }
  companion object { const val LIMIT = 3 }
}
enum class Kind { A, B }
object Single { fun only() {} }
val top = 1
fun helper() {}
`,
    });
    expect(found.node('Cart.kt#Cart')).toEqual(jasmine.objectContaining({ node_type: 'class', docstring: 'A cart.', is_exported: true }));
    expect(found.node('Cart.kt#Cart.add')).toEqual(
      jasmine.objectContaining({
        node_type: 'method',
        docstring: 'Adds.',
        visibility: 'private',
        is_async: true,
        return_type: 'String',
        parameter_types: ['String?', 'String'],
        complexity: 6,
      }),
    );
    const kinds = ['Cart.item', 'Cart.LIMIT', 'Kind', 'Kind.A', 'Single', 'Single.only', 'top', 'helper'];
    expect(kinds.map((name) => found.node(`Cart.kt#${name}`).node_type)).toEqual([
      'property',
      'property',
      'enum',
      'property',
      'class',
      'method',
      'variable',
      'function',
    ]);
  });

  it('resolves imports, constructors, receivers, overloads, super, objects, and lambda parameters', () => {
    const found = analyse({
      'core/Item.kt': CORE,
      'core/Old.java': 'package shop.core;\npublic class Old { public void greet(Item item) { item.run(); } }',
      'app/Cart.kt': `package shop.app

import shop.core.Item as Thing
import shop.core.*
import kotlinx.coroutines.launch

class Cart(private val item: Thing, old: Old) : Thing("x"), Loud {
  private val other = Thing("y")
  lateinit var later: List<Thing>
  fun all(old: Old) {
    item.turn().turn()
    other.turn(2)
    old.greet(item)
    later.forEach { it.run() }
    for (each in later) { each.turn() }
    shout()
    helper()
  }
  override fun run() { super.run(); Cart.make() }
  companion object { fun make(): Cart? = null }
}
fun helper() { val made = Cart.make(); made?.run(); Single.only() }
`,
      'app/Single.kt': 'package shop.app\nobject Single { fun only() { helper() } }',
    });
    const calls = (name: string): string[] => found.from(`app/Cart.kt#${name}`, 'calls');
    expect(calls('Cart.all')).toEqual([
      'app/Cart.kt#helper',
      'core/Item.kt#Item.run',
      'core/Item.kt#Item.turn',
      'core/Item.kt#Item.turn~2',
      'core/Item.kt#Loud.shout',
      'core/Old.java#Old.greet',
    ]);
    expect(calls('Cart.run')).toEqual(['app/Cart.kt#Cart.make', 'core/Item.kt#Item.run']);
    expect(calls('helper')).toEqual(['app/Cart.kt#Cart.make', 'app/Cart.kt#Cart.run', 'app/Single.kt#Single.only']);
    expect(found.from('core/Old.java#Old.greet', 'calls')).toEqual(['core/Item.kt#Item.run']);
    expect(found.all('inherits')).toEqual(['app/Cart.kt#Cart -> core/Item.kt#Item']);
    expect(found.all('implements')).toEqual(['app/Cart.kt#Cart -> core/Item.kt#Loud']);
    expect(found.all('overrides')).toEqual(['app/Cart.kt#Cart.run -> core/Item.kt#Item.run']);
    expect(found.all('depends_on')).toEqual(['app/Cart.kt -> pkg:maven/kotlinx.coroutines']);
  });
});
