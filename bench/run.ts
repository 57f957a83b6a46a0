// `npm run bench`: measures, and writes docs/performance.md. With --quick it measures little and prints the page instead,
// unless --write is there too. `--only aws` measures AWS alone and leaves the other sections of the page as they are.
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { startPostgres } from '../test/support/postgres.ts'
import { measureAccess } from './access.ts'
import { measureAcknowledgements } from './acknowledgements.ts'
import { type AwsFigures, measureAws } from './aws.ts'
import { machineNow } from './machine.ts'
import { measurePass } from './pass.ts'
import { awsSection, type EngineFigures, reportOf, withSections } from './report.ts'
import { type EngineName, type Stage, setStage } from './stage.ts'
import { measureClient, measureStarts } from './starts.ts'
import { measureTeams } from './teams.ts'

const PAGE = path.resolve(import.meta.dirname, '../docs/performance.md')
const LONGEST_MS = 60 * 60_000
const FULL = {
  acks: { idle: 500, loaded: 3000 },
  access: 30,
  starts: { times: 5, idleMs: 15_000 },
  client: 20,
  passes: 1000,
  teams: { messages: 200, forged: 500, idleMs: 15_000 },
  aws: { uses: 30, sessions: 25, members: 1000, replicas: [1], idleMs: 15_000 },
}
const QUICK = {
  acks: { idle: 30, loaded: 100 },
  access: 3,
  starts: { times: 1, idleMs: 1_000 },
  client: 3,
  passes: 20,
  teams: { messages: 10, forged: 20, idleMs: 1_000 },
  aws: { uses: 3, sessions: 20, members: 20, replicas: [1], idleMs: 1_000 },
}

const isQuick = process.argv.includes('--quick')
const sizes = isQuick ? QUICK : FULL
const isOnlyAws = process.argv.includes('--only') && process.argv.includes('aws')
const tell = (what: string) => process.stderr.write(`${what}\n`)

async function on<T>(engine: EngineName, url: string, measure: (stage: Stage) => Promise<T>): Promise<T> {
  const stage = await setStage(engine, url)
  try {
    return await measure(stage)
  } finally {
    await stage.close()
  }
}

async function measured(engine: EngineName, url: string): Promise<EngineFigures> {
  tell(`${engine}: start and memory`)
  const starts = await on(engine, url, (stage) => measureStarts(stage, sizes.starts))
  tell(`${engine}: acknowledgements`)
  const acknowledgements = await on(engine, url, (stage) => measureAcknowledgements(stage, sizes.acks))
  tell(`${engine}: access and its end`)
  const access = await on(engine, url, (stage) => measureAccess(stage, sizes.access))
  return { engine, starts, acknowledgements, access }
}

const tooLong = setTimeout(() => {
  tell('the bench took too long')
  process.exit(1)
}, LONGEST_MS)
const machine = machineNow()
const database = await startPostgres({ isDurable: true })
try {
  const page = isOnlyAws ? await withAwsAlone() : await wholePage()
  if (isQuick && !process.argv.includes('--write')) process.stdout.write(page)
  else writeFileSync(PAGE, page)
} finally {
  await database.stop()
  clearTimeout(tooLong)
}

async function wholePage(): Promise<string> {
  tell('the client')
  const client = measureClient(sizes.client)
  const engines = [await measured('PostgreSQL', database.url), await measured('PGlite', database.url)]
  tell('a pass over many grants')
  const pass = await measurePass(database.url, sizes.passes)
  tell('Teams')
  const teams = await measureTeams(database.url, sizes.teams)
  const aws = await awsFigures(engines[0]?.starts.idleMegabytes ?? Number.NaN)
  return reportOf({ machine, isQuick, engines, client, pass, teams, aws })
}

async function withAwsAlone(): Promise<string> {
  tell('PostgreSQL: memory')
  const sized = { times: 0, idleMs: sizes.aws.idleMs }
  const { idleMegabytes } = await on('PostgreSQL', database.url, (stage) => measureStarts(stage, sized))
  const aws = await awsFigures(idleMegabytes)
  return withSections(readFileSync(PAGE, 'utf8'), awsSection({ machine, isQuick, aws }))
}

function awsFigures(withoutMegabytes: number): Promise<AwsFigures> {
  return measureAws(database.url, { sizes: sizes.aws, withoutMegabytes, tell })
}
