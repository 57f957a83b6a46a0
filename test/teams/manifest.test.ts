import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import Ajv4 from 'ajv-draft-04'
import addFormats from 'ajv-formats'
import { unzipSync } from 'fflate'
import { expect, test } from 'vitest'
import { teamsManifest, teamsPackage } from '../../bots/teams/manifest.ts'
import { parseLine } from '../../src/commands/parse-line.ts'

const APP = path.join(import.meta.dirname, '../../bots/teams/app')
const EXAMPLE = { appId: '00000000-0000-4000-8000-000000000000', url: 'https://thand.example.com' }
const manifest = JSON.parse(teamsManifest(EXAMPLE))

/** Microsoft's own, from its package: nothing is fetched. */
function schemaOf(version: string) {
  const from = createRequire(import.meta.url).resolve('@microsoft/app-manifest')
  const root = from.slice(0, from.indexOf('app-manifest') + 'app-manifest'.length)
  const file = path.join(root, `build/json-schemas/teams/v${version}/MicrosoftTeams.schema.json`)
  return JSON.parse(readFileSync(file, 'utf8').replace(/^\uFEFF/, ''))
}

test('it is valid against the schema that it names', () => {
  const ajv = new Ajv4.default({ strict: false, allErrors: true })
  addFormats.default(ajv)
  const validate = ajv.compile(schemaOf('1.29'))
  expect(validate(manifest), JSON.stringify(validate.errors)).toBe(true)
  expect(validate({ ...manifest, bots: [{ ...manifest.bots[0], surprise: true }] })).toBe(false)
})

test('the file says what the program prints', () => {
  expect(JSON.parse(readFileSync(path.join(APP, 'manifest.json'), 'utf8'))).toEqual(manifest)
})

test('C16: it asks for no right beside being a bot', () => {
  expect(Object.keys(manifest)).not.toContain('authorization')
  expect(Object.keys(manifest)).not.toContain('webApplicationInfo')
  expect(manifest.validDomains).toEqual([])
})

test('every word that it offers is one of the grammar', () => {
  const words = manifest.bots[0].commandLists.flatMap((list: { commands: { title: string }[] }) =>
    list.commands.map(({ title }) => title),
  )
  const unknown = words.filter((word: string) => {
    const parsed = parseLine(word)
    return !parsed.ok && parsed.error.code === 'unknown_word'
  })
  expect(unknown).toEqual([])
})

test('the package holds what Teams asks for, and the icons have their sizes', () => {
  const files = unzipSync(teamsPackage(EXAMPLE))
  expect(Object.keys(files).sort()).toEqual(['color.png', 'manifest.json', 'outline.png'])
  const sizeOf = (name: string) => {
    const bytes = Buffer.from(files[name] ?? new Uint8Array())
    return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)]
  }
  expect([sizeOf('color.png'), sizeOf('outline.png')]).toEqual([
    [192, 192],
    [32, 32],
  ])
})

test.each(['http://thand.example.com', 'thand'])('%s is no address for Teams', (url) => {
  expect(() => teamsManifest({ ...EXAMPLE, url })).toThrow('https')
})
