import type { Command } from 'commander'

const SHELLS = { bash: bashScript, zsh: zshScript, fish: fishScript } as const

interface Word {
  readonly name: string
  readonly about: string
  readonly options: readonly { readonly flag: string; readonly about: string }[]
}

/**
 * A script made from the commands that there are. Static: a Tab starts no Node, asks no server, and evaluates nothing that was
 * typed (the libraries for this do all three, and need more in the shell than it has by itself).
 */
export async function completionCommand(program: Command, shell: string): Promise<number> {
  if (shell !== 'bash' && shell !== 'zsh' && shell !== 'fish') {
    process.stderr.write('There is completion for bash, zsh and fish.\nTry: thand completion bash\n')
    return 2
  }
  process.stdout.write(SHELLS[shell](wordsOf(program)))
  return 0
}

function wordsOf(program: Command): readonly Word[] {
  const help = program.createHelp()
  return help.visibleCommands(program).map((command) => ({
    name: command.name(),
    about: command.description(),
    options: help
      .visibleOptions(command)
      .flatMap(({ long, description }) => (long ? [{ flag: long, about: description }] : [])),
  }))
}

function bashScript(words: readonly Word[]): string {
  const cases = words.map(({ name, options }) => `    ${name}) words='${options.map(({ flag }) => flag).join(' ')}' ;;`)
  return `_thand() {
  local cur=\${COMP_WORDS[COMP_CWORD]} words=
  if ((COMP_CWORD == 1)); then words='${words.map(({ name }) => name).join(' ')}'
  else case \${COMP_WORDS[1]} in
${cases.join('\n')}
  esac; fi
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _thand thand
`
}

function zshScript(words: readonly Word[]): string {
  const described = words.map(({ name, about }) => `    ${quoted(`${name}:${about.replaceAll(':', '\\:')}`)}`)
  const cases = words.map(({ name, options }) => {
    const lines = options.map(({ flag, about }) => quoted(`${flag}:${about.replaceAll(':', '\\:')}`)).join(' ')
    return `    ${name}) options=(${lines}) ;;`
  })
  return `#compdef thand
_thand() {
  local -a commands options
  commands=(
${described.join('\n')}
  )
  if (( CURRENT == 2 )); then _describe command commands; return; fi
  case $words[2] in
${cases.join('\n')}
  esac
  if [[ $words[CURRENT] == -* ]]; then _describe option options; else _default; fi
}
if [[ $funcstack[1] == _thand ]]; then _thand "$@"; else compdef _thand thand; fi
`
}

function fishScript(words: readonly Word[]): string {
  const lines = words.flatMap(({ name, about, options }) => [
    `complete -c thand -n __fish_use_subcommand -f -a ${name} -d ${quoted(about)}`,
    ...options.map(
      (each) =>
        `complete -c thand -n '__fish_seen_subcommand_from ${name}' -l ${each.flag.slice(2)} -d ${quoted(each.about)}`,
    ),
  ])
  return `${lines.join('\n')}\n`
}

/** In single quotes, as all three read them. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", '’')}'`
}
