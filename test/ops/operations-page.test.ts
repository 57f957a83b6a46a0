import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { createMetrics } from '../../src/http/metrics.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')
const page = readFileSync(path.join(ROOT, 'docs/operations.md'), 'utf8')

const NOTHING = {
  grants: { planned: 0, granting: 0, active: 0, revoking: 0 },
  overdue: 0,
  oldestRevokeMs: 0,
  outbox: { waiting: 0, failing: 0, oldestMs: 0 },
}

test('every metric that the page names is one, and every one of ours is named', async () => {
  const text = await createMetrics().page(async () => NOTHING)
  const ours = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name = '']) => name)
  const named = [...page.matchAll(/\b(?:thand|process|nodejs)_[a-z0-9]+(?:_[a-z0-9]+)*(?!\w)/g)].map(([name]) =>
    name.replace(/_(?:bucket|count|sum)$/, ''),
  )
  expect(named.filter((name) => !ours.includes(name))).toEqual([])
  const families = [...page.matchAll(/\b(thand_[a-z_]+_)\*/g)].map(([, family = '']) => family)
  const unnamed = ours.filter((name) => name.startsWith('thand_') && !named.includes(name))
  expect(unnamed.filter((name) => !families.some((family) => name.startsWith(family)))).toEqual([])
})

test('every event of the log that the page names is written somewhere', () => {
  const source = ['src', 'bots', 'providers']
    .flatMap((top) =>
      readdirSync(path.join(ROOT, top), { recursive: true, encoding: 'utf8' }).map((file) => path.join(top, file)),
    )
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(path.join(ROOT, file), 'utf8'))
    .join('\n')
  const events = [...page.matchAll(/^\| (`[a-z_]+`(?:, `[a-z_]+`)*)/gm)].flatMap(
    ([, cell = '']) => cell.match(/[a-z]+(?:_[a-z]+)+/g) ?? [],
  )
  const logged = events.filter((event) => !event.startsWith('thand_') && !event.startsWith('process_'))
  expect(logged.length).toBeGreaterThan(8)
  expect(logged.filter((event) => !source.includes(`'${event}'`))).toEqual([])
})
