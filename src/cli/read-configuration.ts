import type { AnyEngine, Config } from '../config/config.ts'
import { type Environment, readEnvironment } from '../config/env.ts'
import { formatProblems } from '../config/format-problems.ts'
import { loadConfig } from '../config/load-config.ts'
import { fail, ok, type Result } from '../core/result.ts'

export interface Configuration {
  readonly environment: Environment
  readonly config: Config
  /** What is allowed, and hardly meant. */
  readonly notes: readonly string[]
}

/** Environment and thand.yaml, or all that is wrong with either, as text for a terminal. */
export async function readConfiguration(
  env: NodeJS.ProcessEnv,
  engines: readonly AnyEngine[],
): Promise<Result<Configuration, string>> {
  const environment = readEnvironment(env)
  if (!environment.ok) {
    const lines = environment.error.map(({ variable, expected, suggestion }) => {
      return `${variable}: ${expected}${suggestion === undefined ? '' : `; did you mean ${suggestion}?`}\n`
    })
    return fail(lines.join(''))
  }
  const { configPath: path, isProduction, slack, teams } = environment.value
  const platforms = [...(slack === undefined ? [] : ['slack']), ...(teams === undefined ? [] : ['teams'])]
  const config = await loadConfig({ path, env, engines, platforms, isProduction, teamsTenant: teams?.tenant })
  if (!config.ok) return fail(`${formatProblems(config.error)}\n`)
  return ok({ environment: environment.value, config: config.value, notes: notesOn(config.value, platforms) })
}

/** A role whose card no platform could show can be asked for by nobody. */
function notesOn({ roles }: Config, platforms: readonly string[]): readonly string[] {
  const channels = new Map(
    roles.flatMap(({ workflow }) => (workflow ? [[workflow.key, workflow.channel] as const] : [])),
  )
  return [...channels].flatMap(([workflow, channel]) => {
    const [platform = ''] = channel.split(':')
    return platforms.includes(platform)
      ? []
      : [`the workflow ${workflow} posts to ${channel}, and ${platform} is not set up here`]
  })
}
