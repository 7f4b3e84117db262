import { packageId } from '@graphtail/facts/plain';
import type { SourceExtraction } from '../../extraction/extraction.ts';
import { directoryOf, joinPath, upwards } from '../../extraction/paths.ts';
import { REQUIRED } from '../../extraction/specifiers/ruby.ts';
import type { Contribution, ModuleSystem, Program, SpecifierTarget } from './module-system.ts';

const STANDARD = new Set(
  'abbrev base64 benchmark bigdecimal bundler cgi coverage csv date delegate digest drb English erb etc fiber fileutils find forwardable io ipaddr irb json logger matrix minitest monitor net objspace observer open3 open-uri openssl optparse ostruct pathname pp prime pstore psych rbconfig readline resolv ripper securerandom set shellwords singleton socket stringio strscan syslog tempfile time timeout tmpdir tsort uri weakref yaml zlib'.split(
    ' ',
  ),
);

/**
 * Ruby's constants are global: all files that open the same module or class make it up. It does not matter where they lie, or whether
 * they are required or autoloaded. A specifier is the name of a module, or a required file.
 */
export class RubyConstants implements ModuleSystem {
  configure(): void {
    // Load paths are the folders named lib; a gemspec adds nothing.
  }

  contributions(_path: string, { exports }: SourceExtraction): Contribution[] {
    return exports.flatMap((entry) => {
      if (!('name' in entry)) return [];
      const at = entry.name.lastIndexOf('::');
      const group = `ruby:${at === -1 ? '' : entry.name.slice(0, at)}`;
      return [{ group, name: at === -1 ? entry.name : entry.name.slice(at + 2), to: { path: _path, name: entry.name } }];
    });
  }

  resolve(program: Program, from: string, specifier: string): SpecifierTarget {
    if (!specifier.startsWith(REQUIRED)) return program.hasGroup(`ruby:${specifier}`) ? { group: `ruby:${specifier}` } : undefined;
    const required = specifier.slice(REQUIRED.length).replace(/\.rb$/, '');
    const folder = directoryOf(from);
    if (required.startsWith('.')) return fileAt(program, joinPath(folder, required));
    for (const each of upwards(folder)) {
      const found = fileAt(program, joinPath(each, `lib/${required}`));
      if (found !== undefined) return found;
    }
    const [first = ''] = required.split('/');
    return { packageId: packageId(STANDARD.has(first) ? 'ruby' : 'gem', first) };
  }
}

function fileAt(program: Program, path: string | undefined): SpecifierTarget {
  return path !== undefined && program.hasFile(`${path}.rb`) ? { path: `${path}.rb` } : undefined;
}
