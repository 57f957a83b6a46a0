import { generateKeyPair } from 'jose'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Refused } from '../../bots/teams/refused.ts'
import { TokenVerifier } from '../../bots/teams/verify-token.ts'
import { type SigningOptions, TeamsTenant } from '../doubles/teams/tenant.ts'

const COOLED_MS = 31_000
const FAILED_MS = 11_000
const STALE_MS = 13 * 3_600_000

let tenant: TeamsTenant
let verifier: TokenVerifier
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'] })
  tenant = await new TeamsTenant({ people: {} }).start()
  verifier = new TokenVerifier({
    appId: tenant.appId,
    metadataUrl: `${tenant.url}/v1/.well-known/openidconfiguration`,
    clock: Date.now,
  })
})
afterEach(async () => {
  await tenant.close()
  vi.useRealTimers()
})

/** The status that somebody with such a token is answered with. */
async function statusOf(options: SigningOptions = {}): Promise<number> {
  const authorization = `Bearer ${await tenant.sign(options)}`
  return verifier.verify(authorization).then(
    () => 200,
    (error: unknown) => (error instanceof Refused ? error.status : 500),
  )
}

const statusesOf = async (times: number, options: SigningOptions = {}) => {
  const statuses = new Set<number>()
  for (let n = 0; n < times; n++) statuses.add(await statusOf(options))
  return [...statuses]
}

const askedFor = (what: string) => tenant.calls.filter(({ path }) => path.endsWith(what)).length
const isDown = () => {
  tenant.faults.next('keys', { kind: 'status', status: 500 }, 999)
  tenant.faults.next('metadata', { kind: 'status', status: 500 }, 999)
}

describe('the keys were known, and cannot be had any more', () => {
  test('whoever invents the name of a key costs one question in ten seconds, and nobody else anything', async () => {
    const forged = { kid: 'key-nobody-published', key: (await generateKeyPair('RS256')).privateKey }
    expect(await statusOf()).toBe(200)
    isDown()
    vi.advanceTimersByTime(COOLED_MS)
    expect(await statusesOf(10, forged)).toEqual([503])
    expect(askedFor('/keys')).toBe(2)
    expect(await statusesOf(3)).toEqual([200])
    vi.advanceTimersByTime(FAILED_MS)
    expect(await statusesOf(10, forged)).toEqual([503])
    expect(askedFor('/keys')).toBe(3)
    tenant.faults.clear()
    vi.advanceTimersByTime(FAILED_MS)
    expect(await statusesOf(3, forged)).toEqual([401])
    expect(await statusOf()).toBe(200)
    expect(askedFor('/keys')).toBe(4)
    // What was known was kept: the document that names the keys is not asked for anew.
    expect(askedFor('openidconfiguration')).toBe(1)
  })

  test('once they are too old, a genuine one waits for them once in ten seconds', async () => {
    expect(await statusOf()).toBe(200)
    isDown()
    vi.advanceTimersByTime(STALE_MS)
    expect(await statusesOf(10)).toEqual([503])
    expect(askedFor('/keys') + askedFor('openidconfiguration')).toBe(3)
    vi.advanceTimersByTime(FAILED_MS)
    expect(await statusesOf(10)).toEqual([503])
    expect(askedFor('/keys') + askedFor('openidconfiguration')).toBe(4)
    tenant.faults.clear()
    vi.advanceTimersByTime(FAILED_MS)
    expect(await statusOf()).toBe(200)
  })

  test('they get too old while nobody is asked', async () => {
    const forged = { kid: 'key-nobody-published', key: (await generateKeyPair('RS256')).privateKey }
    expect(await statusOf()).toBe(200)
    isDown()
    vi.advanceTimersByTime(12 * 3_600_000 - 5_000)
    expect(await statusOf(forged)).toBe(503)
    const asked = tenant.calls.length
    vi.advanceTimersByTime(6_000)
    expect(await statusesOf(3)).toEqual([503])
    expect(tenant.calls.length).toBe(asked)
  })
})
