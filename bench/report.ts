import type { AccessFigures } from './access.ts'
import { PROVIDER_MS } from './access.ts'
import type { Acknowledgements } from './acknowledgements.ts'
import type { AwsFigures } from './aws.ts'
import { awsLines } from './aws-lines.ts'
import { CALL_MS } from './aws-stage.ts'
import { both, type Line, round } from './line.ts'
import type { Machine } from './machine.ts'
import type { PassFigures } from './pass.ts'
import type { Spread } from './spread.ts'
import type { EngineName } from './stage.ts'
import type { ClientFigures, StartFigures } from './starts.ts'
import type { TeamsFigures } from './teams.ts'
import { teamsLines } from './teams-lines.ts'

export interface EngineFigures {
  readonly engine: EngineName
  readonly acknowledgements: Acknowledgements
  readonly access: AccessFigures
  readonly starts: StartFigures
}

export interface Report {
  readonly machine: Machine
  readonly isQuick: boolean
  readonly engines: readonly EngineFigures[]
  readonly client: ClientFigures
  readonly pass: PassFigures
  readonly teams: TeamsFigures
  readonly aws: AwsFigures
}

/** The whole page: what was measured, where, and what falls short. */
export function reportOf({ machine, isQuick, engines, client, pass, teams, aws }: Report): string {
  const ofTeams = teamsLines(teams, engines[0]?.starts.idleMegabytes ?? Number.NaN)
  const sections = engines.map((each) => [`## ${each.engine}`, '', ...tableOf(linesOf(each))].join('\n'))
  const all = [
    ...engines.flatMap((each) => linesOf(each).map((line) => ({ ...line, of: each.engine }))),
    ...passLines(pass).map((line) => ({ ...line, of: 'PostgreSQL' })),
    ...ofTeams.map((line) => ({ ...line, of: 'Teams' })),
    ...clientLines(client).map((line) => ({ ...line, of: 'the client' })),
  ]
  const missed = all.filter((line) => !line.isMet)
  const short = missed.map(shortfall)
  return `# Performance

Written by \`npm run bench\`; never by hand, and never a test that fails. Commit ${machine.commit}, on ${machine.words}.
${isQuick ? '\nA **quick** run, for trying the bench out: too few measurements to rest anything on.\n' : ''}${machine.isBusy ? '\nThe machine was **busy** with other things: the figures are too high.\n' : ''}
The server runs from the build in a process of its own, the doubles of Slack, GitHub and AWS in the bench's, over loopback. PostgreSQL is the one of the tests, on the
same machine, and syncs every commit to the disk. Times are in ms. The p99 of fewer than 100 measurements is the highest. *Floor* is what cannot be undercut here:
for acknowledgements a bare Fastify route that checks the same signature, for access the steps of calls to the provider that follow each other, at ${PROVIDER_MS} ms each.

${sections.join('\n\n')}

## A pass over many grants

${tableOf(passLines(pass)).join('\n')}

## Teams beside Slack, on PostgreSQL

The floor is a bare route of the same server, and for memory the server without Teams.

${tableOf(ofTeams).join('\n')}

${awsSection({ machine, isQuick, aws })}
## The client

${tableOf(clientLines(client)).join('\n')}

## What falls short

${short.length === 0 ? 'Nothing but what the section on AWS says of itself.' : short.join('\n')}

${NOT_MEASURED}`
}

const NOT_MEASURED = `## What is not measured

Ten thousand grants that end in one second, and replicas that are killed meanwhile, have targets and no figure yet. Nothing was measured over a real network, nor with a real Slack, Teams, GitHub or AWS.
`

/** Of its own time and machine, for it can be written alone. */
export function awsSection({ machine, isQuick, aws }: Pick<Report, 'machine' | 'isQuick' | 'aws'>): string {
  const lines = awsLines(aws)
  const short = lines.filter((line) => !line.isMet).map((line) => shortfall({ ...line, of: 'AWS' }))
  return `## AWS, on PostgreSQL

Commit ${machine.commit}, on ${machine.words}.${isQuick ? ' A **quick** run: too few measurements to rest anything on.' : ''}${machine.isBusy ? ' The machine was **busy** with other things: the figures are too high.' : ''}
A call to AWS takes ${CALL_MS} ms where nothing else is said. For memory the floor is the server without AWS; of many ends in one second the last is said as well.

${tableOf(lines).join('\n')}

${short.length === 0 ? 'Every target of AWS is met.' : `What falls short of it:\n\n${short.join('\n')}`}
`
}

/** The page as it was, but for its section on AWS, and for what is not measured any more. */
export function withSections(page: string, aws: string): string {
  const [head = '', ...sections] = page.split(/^(?=## )/m)
  const rest = sections.filter((one) => !/^## (?:AWS|What is not measured)/.test(one))
  const at = rest.findIndex((one) => one.startsWith('## The client'))
  return [head, ...rest.slice(0, at), `${aws}\n`, ...rest.slice(at), NOT_MEASURED].join('')
}

function shortfall({ of, what, found, target, why }: Line & { readonly of: string }): string {
  return `* **${of}, ${what}**: ${found}, wanted ${target}. ${why}`
}

function tableOf(lines: readonly Line[]): readonly string[] {
  return [
    '| figure | measured | found | floor | target | met |',
    '|---|---|---|---|---|---|',
    ...lines.map(({ what, count, found, floor, target, isMet }) => {
      return `| ${what} | ${count} × | ${found} | ${floor} | ${target} | ${isMet ? 'yes' : '**no**'} |`
    }),
  ]
}

function linesOf({ engine, acknowledgements: acks, access, starts }: EngineFigures): readonly Line[] {
  const isPostgres = engine === 'PostgreSQL'
  return [
    ackLine('signed slash command to its answer, idle', { found: acks.idle, floor: acks.idleFloor, target: 50 }),
    ackLine('the same at 50 a second', { found: acks.loaded, floor: acks.loadedFloor, target: 500 }),
    accessLine('click on Approve to access at the provider', {
      found: access.live,
      floorMs: access.liveFloorMs,
      p50: 1000,
      p99: 3000,
    }),
    accessLine('end due to absence that a read showed', {
      found: access.absent,
      floorMs: access.absentFloorMs,
      p50: 500,
      p99: 2000,
    }),
    startLine('start to ready, the first time', { count: 1, ms: starts.firstMs, target: isPostgres ? 3000 : 6000 }),
    startLine('start to ready, later (the slowest)', {
      count: starts.later.count,
      ms: starts.later.most,
      target: isPostgres ? 3000 : 2000,
    }),
    memoryLine(starts, isPostgres ? 250 : 450),
  ]
}

function passLines({ grants, quiet, waiting, backlog }: PassFigures): readonly Line[] {
  const line = (what: string, found: Spread): Line => ({
    what,
    count: found.count,
    found: both(found),
    floor: '–',
    target: 'p99 ≤ 20',
    isMet: found.p99 <= 20,
    why: 'It is one statement; what takes long in it is a scan that an index should have spared.',
  })
  const number = (n: number) => n.toLocaleString('en')
  return [
    line(`one look at what is due: ${number(grants)} grants active, none due, as many over`, quiet),
    line(`the same, with ${number(waiting)} messages that wait to be sent`, backlog),
  ]
}

function ackLine(
  what: string,
  { found, floor, target }: { readonly found: Spread; readonly floor: Spread; readonly target: number },
): Line {
  return {
    what,
    count: found.count,
    found: both(found),
    floor: both(floor),
    target: `p99 ≤ ${target}`,
    isMet: found.p99 <= target,
    why: 'An answer waits for who asks to be looked up at Slack (remembered for 10 s), and for one transaction.',
  }
}

interface AccessLine {
  readonly found: Spread
  readonly floorMs: number
  readonly p50: number
  readonly p99: number
}

function accessLine(what: string, { found, floorMs, p50, p99 }: AccessLine): Line {
  const calls = floorMs / PROVIDER_MS
  return {
    what,
    count: found.count,
    found: both(found),
    floor: `${round(floorMs)} (${calls} steps)`,
    target: `p50 ≤ ${p50}, p99 ≤ ${p99}`,
    isMet: found.p50 <= p50 && found.p99 <= p99,
    why: `${calls} steps of calls to the provider follow each other in this time, ${round(floorMs)} ms of it: each write is preceded by reads of whose account it is and of what stands, and followed by one that checks.`,
  }
}

function startLine(
  what: string,
  { count, ms, target }: { readonly count: number; readonly ms: number; readonly target: number },
): Line {
  const why = 'Most of it is Node loading the modules, and the database where it is embedded.'
  return { what, count, found: round(ms), floor: '–', target: `≤ ${target}`, isMet: ms <= target, why }
}

function memoryLine({ idleMegabytes }: StartFigures, target: number): Line {
  const why = 'Modules and, where it is embedded, the database; nothing of it grows with time.'
  return {
    what: 'idle memory, resident',
    count: 1,
    found: `${round(idleMegabytes)} MB`,
    floor: '–',
    target: `≤ ${target} MB`,
    isMet: idleMegabytes <= target,
    why,
  }
}

function clientLines({ node, thand, agent }: ClientFigures): readonly Line[] {
  const line = (what: string, found: Spread): Line => ({
    what,
    count: found.count,
    found: both(found),
    floor: both(node),
    target: 'p50 ≤ 150',
    isMet: found.p50 <= 150,
    why: 'The floor is Node itself with an empty program.',
  })
  return [
    line('`thand --version`', thand),
    ...(agent === undefined ? [] : [line('the same of `dist/thand-agent.mjs`', agent)]),
  ]
}
