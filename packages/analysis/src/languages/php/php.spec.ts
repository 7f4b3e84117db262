import { analyse } from '../../testing/code-base.ts';

describe('PHP', () => {
  it('has nodes for types, members and functions, with doc comment, visibility and complexity', () => {
    const found = analyse({
      'User.php': [
        '<?php',
        'namespace App;',
        '/** A user. */',
        'abstract class User {',
        '  private ?int $age = null;',
        '  public function __construct(private string $name) {}',
        '  /** Says. */',
        '  protected static function say(int $n, string ...$more): ?string {',
        '    if ($n && $more || $n) { foreach ($more as $m) {} }',
        '    return null;',
        '  }',
        '  abstract function pay();',
        '}',
        'enum Kind { case A; }',
        'function top() {}',
      ].join('\n'),
    });
    expect(found.node('User.php#User')).toEqual(jasmine.objectContaining({ docstring: 'A user.', is_abstract: true, node_type: 'class' }));
    expect(found.node('User.php#User.name')).toEqual(jasmine.objectContaining({ node_type: 'property', visibility: 'private' }));
    expect(found.node('User.php#User.say')).toEqual(
      jasmine.objectContaining({
        docstring: 'Says.',
        visibility: 'protected',
        is_static: true,
        complexity: 5,
        return_type: '?string',
        parameter_types: ['int', 'string'],
      }),
    );
    expect(found.node('User.php#Kind').node_type).toBe('enum');
    expect(found.node('User.php#top').node_type).toBe('function');
  });

  it('resolves names by namespaces and use, and calls by $this, self, parent, types, properties and new', () => {
    const found = analyse({
      'src/Repo.php':
        '<?php namespace App\\Db; class Repo { function find(): Row { return new Row(); } } class Row { function go() {} static function stat() {} }',
      'src/helpers.php': '<?php namespace App; function help() {} trait Loud { function shout() {} }',
      'src/User.php': [
        '<?php namespace App;',
        'use App\\Db\\{Repo, Row as Line};',
        'use Psr\\Log\\LoggerInterface;',
        'interface Named { function name(); }',
        'class Base { function __construct() {} function greet() {} }',
        '#[Named]',
        'class User extends Base implements Named {',
        '  use Loud;',
        '  private $cache;',
        '  function __construct(private Repo $repo) { parent::__construct(); $this->cache = new Line(); }',
        '  function name() { $this->repo->find()->go(); $this->cache->go(); self::make()->greet(); $this->shout(); }',
        '  static function make(): static { help(); Line::stat(); \\App\\Db\\Row::stat(); return new static(); }',
        '  function vars(array $rows, Line|Repo $either) { $row = new Line(); $row->go(); $row = new Repo(); $row->find(); $either->find(); strlen("a"); $rows->x(); }',
        '}',
      ].join('\n'),
    });
    const calls = (name: string): string[] => found.from(`src/User.php#User.${name}`, 'calls');
    expect(calls('__construct')).toEqual(['src/User.php#Base.__construct']);
    expect(calls('name')).toEqual([
      'src/Repo.php#Repo.find',
      'src/Repo.php#Row.go',
      'src/User.php#Base.greet',
      'src/User.php#User.make',
      'src/helpers.php#Loud.shout',
    ]);
    expect(calls('make')).toEqual(['src/Repo.php#Row.stat', 'src/User.php#User.__construct', 'src/helpers.php#help']);
    expect(calls('vars')).toEqual(['src/Repo.php#Repo.find', 'src/Repo.php#Row.go']);
    expect(found.all('imports')).toEqual(['src/User.php -> src/Repo.php']);
    expect(found.all('depends_on')).toEqual(['src/User.php -> pkg:composer/psr/log']);
    expect(found.all('inherits')).toEqual(['src/User.php#User -> src/User.php#Base', 'src/User.php#User -> src/helpers.php#Loud']);
    expect(found.all('implements')).toEqual(['src/User.php#User -> src/User.php#Named']);
    expect(found.stats).toEqual(jasmine.objectContaining({ unresolvedCalls: 1, externalCalls: 1 }));
  });

  it('uses the types of doc comments if the code has no useful ones', () => {
    const found = analyse({
      'Part.php': '<?php\nnamespace App;\nclass Part { function turn() {} function next() {} }\nclass Other { function turn() {} }',
      'Engine.php': `<?php
namespace App;
class Engine {
  /** @var array<string, Part> by name */
  private array $parts;
  /** @var Part|null */
  private $main;
  /** @var Other */
  private Part $written;
  /**
   * @param Part[] $parts some
   * @param (Part|int)[] ...$more
   * @return static
   */
  function one(array $parts, ...$more) { $parts[0]->turn(); $more[0][0]->next(); }
  /** @return iterable<Part> */
  function all() { return unknown(); }
  function run() { foreach ($this->parts as $part) $part->turn(); }
  function go() { $this->main->next(); }
  function no() { $this->written->turn(); }
  function each() { foreach ($this->one([])->all() as $part) $part->turn(); }
}`,
    });
    const calls = (name: string): string[] => found.from(`Engine.php#Engine.${name}`, 'calls');
    expect(calls('one')).toEqual(['Part.php#Part.next', 'Part.php#Part.turn']);
    expect(calls('run')).toEqual(['Part.php#Part.turn']);
    expect(calls('go')).toEqual(['Part.php#Part.next']);
    expect(calls('no')).toEqual(['Part.php#Part.turn']);
    expect(calls('each')).toEqual(['Engine.php#Engine.all', 'Engine.php#Engine.one', 'Part.php#Part.turn']);
  });

  it('names an external package by vendor and name, whatever alias a file uses', () => {
    const found = analyse({
      'a.php':
        '<?php\nnamespace App;\nuse GuzzleHttp\\Client as Http;\nuse GuzzleHttp\\Psr7\\Request;\nuse Symfony\\Component\\HttpKernel\\Kernel;',
      'b.php':
        '<?php\nnamespace App;\nuse GuzzleHttp\\Client;\nuse Local\\Thing;\nclass B { function b() { return new \\GuzzleHttp\\Client(); } }',
      'c.php': '<?php\nnamespace Local;\nclass Thing {}',
    });
    expect(found.from('a.php', 'depends_on')).toEqual([
      'pkg:composer/guzzlehttp/client',
      'pkg:composer/guzzlehttp/psr7',
      'pkg:composer/symfony/http-kernel',
    ]);
    expect(found.from('b.php', 'depends_on')).toEqual(['pkg:composer/guzzlehttp/client']);
    expect(found.from('b.php', 'imports')).toEqual(['c.php']);
  });
});
