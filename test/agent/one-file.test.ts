import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { build, type Metafile } from 'esbuild'
import { describe, expect, test } from 'vitest'
import { agentFile, givenMachine } from './machine.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')
/** Somebody downloads it; an SDK in it would be a megabyte. */
const BYTES_MAX = 300_000

async function graphOf(entry: string, packages: 'bundle' | 'external'): Promise<Metafile['inputs']> {
  const options = { bundle: true, write: false, metafile: true, platform: 'node', format: 'esm' } as const
  const { metafile } = await build({ ...options, packages, absWorkingDir: ROOT, entryPoints: [entry] })
  return metafile.inputs
}

/** What a file brings along as soon as it is loaded. */
function loadedWith(entry: string, inputs: Metafile['inputs'], seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(entry)) return seen
  seen.add(entry)
  for (const each of inputs[entry]?.imports ?? [])
    if (each.kind === 'import-statement') loadedWith(each.path, inputs, seen)
  return seen
}

const folderOf = (file: string) => file.split('/').slice(0, 2).join('/')

test('the one file has the client in it and these packages, and nothing of the server', async () => {
  const files = Object.keys(await graphOf('src/cli/agent.ts', 'bundle'))
  const packages = files.flatMap((file) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? [])
  expect([...new Set(packages)].sort()).toEqual([
    '@clack/core',
    '@clack/prompts',
    'commander',
    'fast-string-truncated-width',
    'fast-string-width',
    'fast-wrap-ansi',
    'jose',
    'sisteransi',
    'zod',
  ])
  expect(statSync(agentFile()).size).toBeLessThan(BYTES_MAX)
  const folders = files.filter((file) => file.startsWith('src/')).map(folderOf)
  expect([...new Set(folders)].sort()).toEqual(['src/agent', 'src/cards', 'src/cli', 'src/core', 'src/wire'])
})

test('the command of the whole package loads no server code, and no package but Commander, before it knows what to do', async () => {
  const loaded = [...loadedWith('src/cli/run.ts', await graphOf('src/cli/run.ts', 'external'))]
  expect(loaded.filter((file) => !file.startsWith('node:') && !file.startsWith('src/'))).toEqual(['commander'])
  expect([...new Set(loaded.filter((file) => file.startsWith('src/')).map(folderOf))].sort()).toEqual([
    'src/agent',
    'src/cli',
    // The shapes of what `thand init` asks.
    'src/config',
  ])
})

test('no client command waits for zod or the prompts before it has called the server', async () => {
  const inputs = await graphOf('src/cli/agent.ts', 'external')
  const commands = Object.keys(inputs).filter((file) => /^src\/cli\/.*-command\.ts$/.test(file))
  expect(commands.length).toBeGreaterThan(8)
  for (const command of commands) {
    const packages = [...loadedWith(command, inputs)].filter((file) => !/^(?:node:|src\/)/.test(file))
    expect(
      packages.filter((name) => name !== 'jose/jwt/sign' && name !== 'commander'),
      command,
    ).toEqual([])
  }
})

test('the bin knows every word of the client, its other names too', () => {
  const help = spawnSync(process.execPath, [agentFile(), '--help'], { encoding: 'utf8' }).stdout
  const names = [...help.matchAll(/^ {2}([a-z-]+)(?:\|([a-z]+))? [[<]/gm)].flatMap(([, name, other]) =>
    [name, other ?? []].flat(),
  )
  const bin = readFileSync(path.join(ROOT, 'src/cli/thand.mjs'), 'utf8')
  const known = /CLIENT_WORDS =\s*'([^']*)'/.exec(bin)?.[1]?.split(' ') ?? []
  expect(names.filter((name) => name !== 'help' && name !== 'completion')).toEqual(known)
})

test('alone in its folder it knows its version, and says what is not in it', async () => {
  expect(readdirSync(path.dirname(agentFile()))).toEqual(['thand-agent.mjs'])
  const machine = givenMachine()
  const { version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'))
  expect(await machine.run('--version')).toEqual({ code: 0, out: `${version}\n`, err: '' })
  for (const words of [['server'], ['validate', 'x.yaml'], ['demo', '--interactive'], ['audit', 'verify']]) {
    const ended = await machine.run(...words)
    expect(ended).toMatchObject({ code: 2, out: '' })
    expect(ended.err).toContain(`thand ${words[0]} is not in this file`)
  }
})

test('alone, unknown and wrong words: help for people on stderr, JSON where that is wanted, and 2', async () => {
  const machine = givenMachine()
  const none = await machine.run()
  expect(none).toMatchObject({ code: 2, out: '' })
  expect(none.err.split('\n').filter((line) => line.startsWith('  thand '))).toHaveLength(5)
  expect(await machine.run('sesions')).toMatchObject({
    code: 2,
    err: expect.stringContaining('Did you mean sessions?'),
  })
  expect(await machine.run('show')).toMatchObject({
    code: 2,
    err: expect.stringContaining("missing required argument 'id'"),
  })
  const json = await machine.run('show', '--json')
  expect(json).toMatchObject({ code: 2, err: '' })
  expect(JSON.parse(json.out)).toEqual({
    code: 'usage',
    message: "missing required argument 'id'",
    hint: expect.any(String),
  })
})

describe('completion', () => {
  const script = (shell: string) =>
    spawnSync(process.execPath, [agentFile(), 'completion', shell], { encoding: 'utf8' }).stdout

  test('bash: commands, then their options; what was typed is never run', () => {
    const tries = `
      try() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); _thand; echo "\${COMPREPLY[*]}"; }
      try thand se; try thand sessions --; try thand 'x$(echo ran >&2)'; try thand run r`
    const ended = spawnSync('bash', ['--norc', '-c', `${script('bash')}\n${script('bash')}\n${tries}`], {
      encoding: 'utf8',
    })
    expect(ended.stderr).toBe('')
    expect(ended.stdout).toBe('sessions\n--all --json --help\n\n\n')
  })

  test('each shell is told every command; another shell is usage', () => {
    const help = spawnSync(process.execPath, [agentFile(), '--help'], { encoding: 'utf8' }).stdout
    const names = [...help.matchAll(/^ {2}([a-z-]+)\S* [[<]/gm)].map(([, name]) => name ?? '')
    expect(names).toContain('git-credential')
    for (const shell of ['bash', 'zsh', 'fish']) {
      const text = script(shell)
      for (const name of names) expect(text, shell).toMatch(new RegExp(`\\b${name}\\b`))
    }
    expect(spawnSync(process.execPath, [agentFile(), 'completion', 'tcsh']).status).toBe(2)
  })
})
