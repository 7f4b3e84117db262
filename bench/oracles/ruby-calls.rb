# Calls that a program really makes, as an oracle for bench/accuracy.ts: what is missing here may still be right.
#
#   GRAPHTAIL_ROOT=CHECKOUT GRAPHTAIL_ORACLE=OUT.json ruby -r ./bench/oracles/ruby-calls.rb -I lib -I test TEST…
#
# Only methods of the checkout that its own code calls, outside of tests, by a name that stands in the calling line: calls that Ruby
# itself makes, or that go through `each`, `send` and their like, are none of which the source tells.
require 'json'
require 'set'

root = "#{File.realpath(ENV.fetch('GRAPHTAIL_ROOT'))}/"
inside = Hash.new { |known, path| known[path] = path.start_with?(root) && !path.match?(%r{/(?:test|spec|tests)/}) }
lines = Hash.new { |known, path| known[path] = File.readlines(path) }
seen = Set.new
calls = Set.new

trace = TracePoint.new(:call) do |call|
  next unless inside[call.path]

  frames = caller_locations(2, 2) or next
  caller, around = frames
  next unless caller && inside[caller.path]

  # A method of Ruby's own stands in the place that it is called from.
  is_ruby = around.nil? || [caller.path, caller.lineno] != [around.path, around.lineno] || caller.label == around.label
  key = [caller.path, caller.lineno, call.path, call.lineno, caller.label]
  next unless seen.add?(key)

  line = lines[caller.path][caller.lineno - 1] || ''
  name = call.method_id.to_s
  target = call.path
  if name == 'initialize' && caller.label == 'new'
    owner = call.self.class.name or next
    target = Object.const_source_location(owner)&.first
    name = owner.split('::').last
    next unless target && inside[target] && line.match?(/\bnew\b/)
  else
    next unless is_ruby && line.match?(/(?<![\w@:])#{Regexp.escape(name.delete_suffix('='))}(?!\w)/)
  end
  calls.add([caller.path, target, name].map { |each| each.delete_prefix(root) })
end
trace.enable

at_exit do
  pid = Process.pid
  at_exit do
    next unless Process.pid == pid

    trace.disable
    files = Dir.glob('**/*.rb', base: root).reject { |path| "/#{path}".match?(%r{/(?:test|spec|tests)/}) }
    File.write(ENV.fetch('GRAPHTAIL_ORACLE'), JSON.generate(executed: true, files: files.sort, calls: calls.to_a.sort))
  end
end
