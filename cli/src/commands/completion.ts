import { Argument, type Command, type Option } from 'commander';

type Shell = 'bash' | 'zsh' | 'fish';
const SHELLS: Readonly<Record<Shell, (commands: readonly Command[]) => string>> = { bash, zsh, fish };

const HELP = `
  bash   eval "$(graphtail completion bash)"                                        in ~/.bashrc
  zsh    eval "$(graphtail completion zsh)"                                         in ~/.zshrc, after compinit
  fish   graphtail completion fish > ~/.config/fish/completions/graphtail.fish      once`;

/** `graphtail completion`: prints a shell's completion of all commands and options. @param host this process, passed by main.ts */
export function register(program: Command, host: NodeJS.Process): void {
  program
    .command('completion')
    .description('print the completion of commands and options for a shell')
    .addArgument(new Argument('<shell>', 'which shell').choices(Object.keys(SHELLS)))
    .addHelpText('after', HELP)
    .action((shell: Shell) => {
      host.stdout.write(SHELLS[shell](program.commands));
    });
}

function optionsOf(command: Command): Option[] {
  return command.options.filter(({ hidden }) => !hidden);
}

/** What a command's arguments may be, where that is a list. */
function valuesOf(command: Command): readonly string[] {
  return command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []);
}

function wordsOf(command: Command): string {
  return [...valuesOf(command), ...optionsOf(command).map(({ long }) => long ?? ''), '--help'].join(' ');
}

function choicesOf(commands: readonly Command[]): Map<string, readonly string[]> {
  return new Map(
    commands.flatMap(optionsOf).flatMap(({ long, argChoices }) => (argChoices === undefined ? [] : [[long ?? '', argChoices] as const])),
  );
}

function bash(commands: readonly Command[]): string {
  const names = commands.map((command) => command.name()).join(' ');
  const cases = commands.map((command) => `    ${command.name()}) words='${wordsOf(command)}' ;;`).join('\n');
  const choices = [...choicesOf(commands)].map(([flag, values]) => `    ${flag}) words='${values.join(' ')}' ;;`).join('\n');
  return `_graphtail() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} words=
  if [ "$COMP_CWORD" = 1 ]; then
    COMPREPLY=($(compgen -W '${names} --help --version' -- "$word"))
    return
  fi
  case \${COMP_WORDS[1]} in
${cases}
  esac
  case $before in
${choices}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word") $(compgen -f -- "$word"))
}
complete -o filenames -F _graphtail graphtail
`;
}

function zsh(commands: readonly Command[]): string {
  const quoted = (text: string): string => text.replaceAll("'", "'\\''");
  const described = (text: string): string => quoted(text).replaceAll(/[[\]:]/g, (sign) => `\\${sign}`);
  const names = commands.map((command) => `    '${command.name()}:${described(command.summary() || command.description())}'`).join('\n');
  const flag = ({ long, description, required, argChoices }: Option): string => {
    const value = !required ? '' : argChoices === undefined ? ':value:_files' : `:value:(${argChoices.join(' ')})`;
    return `'*${long ?? ''}[${described(description)}]${value}'`;
  };
  const value = (command: Command): string => {
    const values = valuesOf(command);
    return values.length === 0 ? "'*:file:_files'" : `'1:value:(${values.join(' ')})'`;
  };
  const cases = commands
    .map((command) => `    ${command.name()}) _arguments ${[...optionsOf(command).map(flag), value(command)].join(' ')} ;;`)
    .join('\n');
  return `_graphtail() {
  local -a commands
  commands=(
${names}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${cases}
  esac
}
compdef _graphtail graphtail
`;
}

function fish(commands: readonly Command[]): string {
  const quoted = (text: string): string => text.replaceAll(/['\\]/g, (sign) => `\\${sign}`);
  const lines = commands.flatMap((command) => [
    `complete -c graphtail -n __fish_use_subcommand -a ${command.name()} -d '${quoted(command.summary() || command.description())}'`,
    ...optionsOf(command).map(({ long, description, required, argChoices }) => {
      const value = !required ? '' : argChoices === undefined ? ' -r' : ` -x -a '${argChoices.join(' ')}'`;
      return `complete -c graphtail -n '__fish_seen_subcommand_from ${command.name()}' -l ${(long ?? '').slice(2)}${value} -d '${quoted(description)}'`;
    }),
  ]);
  const values = commands
    .filter((command) => valuesOf(command).length > 0)
    .map((command) => `complete -c graphtail -n '__fish_seen_subcommand_from ${command.name()}' -x -a '${valuesOf(command).join(' ')}'`);
  return `${[...lines, ...values].join('\n')}\n`;
}
