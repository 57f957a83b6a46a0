import { pino } from 'pino'
import { afterEach, expect, test, vi } from 'vitest'
import { every } from '../../src/sweeper/every.ts'

afterEach(() => vi.restoreAllMocks())

test('a clock that came late says so in our log, and nowhere else', async () => {
  const lines: string[] = []
  const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) })
  const elsewhere = [vi.spyOn(console, 'warn'), vi.spyOn(console, 'info'), vi.spyOn(console, 'error')]
  let times = 0
  const task = every('* * * * * *', log, () => {
    times += 1
  })
  // The whole thread stands still for longer than two strokes of the clock.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2_500)
  await expect.poll(() => lines.length > 0 && times > 0, { timeout: 30_000 }).toBe(true)
  await task.destroy()
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ msg: 'clock_late', pattern: '* * * * * *' })
  for (const spy of elsewhere) expect(spy).not.toHaveBeenCalled()
})

test('work that throws is told in our log, and done again', async () => {
  const lines: string[] = []
  const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) })
  let times = 0
  const task = every('* * * * * *', log, () => {
    times += 1
    throw new Error('broken')
  })
  await expect.poll(() => times, { timeout: 30_000 }).toBeGreaterThan(1)
  await task.destroy()
  expect(lines.join()).toContain('clock_task_failed')
  expect(lines.join()).toContain('broken')
})
