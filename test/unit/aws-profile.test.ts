import { expect, test } from 'vitest'
import { defaultProfileHasKeys, hasProfile, withoutProfile, withProfile } from '../../src/agent/aws-profile.ts'
import { fail, ok } from '../../src/core/result.ts'

const PROFILE = { name: 'acme-prod', id: 'req_7k2mq9xd', region: 'eu-central-1' }
const OURS = `[profile acme-prod]
credential_process = thand credentials req_7k2mq9xd --format aws
region = eu-central-1
`
const OTHERS = `# of Ann, as she likes it
[default]
region=us-east-1
s3 =
  max_concurrent_requests = 20
credential_process = /opt/other --for default

[profile "acme prod"]   ; with a space
aws_access_key_id = AKIAEXAMPLE\t
\u00e9\u00ff bytes that are no text

# the last word
`

test('what is not ours stays byte for byte, whether the profile is put in, put in again, or taken out', () => {
  for (const others of [OTHERS, OTHERS.replaceAll('\n', '\r\n'), '\u00ef\u00bb\u00bf[default]\nregion = x\n', '']) {
    const written = withProfile(others, PROFILE)
    const eol = others.includes('\r\n') ? '\r\n' : '\n'
    expect(written).toEqual(ok(`${others}${others === '' ? '' : eol}${OURS.replaceAll('\n', eol)}`))
    const text = written.ok ? written.value : ''
    expect(withProfile(text, PROFILE)).toEqual(ok(text))
    expect(withoutProfile(text, PROFILE.name)).toEqual(ok(others))
  }
})

test('a last line without its end gets one, since another line follows', () => {
  expect(withProfile('[default]\nregion = x', PROFILE)).toEqual(ok(`[default]\nregion = x\n\n${OURS}`))
})

test('in the middle of a file it is changed in its place; what was added to it, and the comment on the next one, stay', () => {
  const text = `[default]\n\n${OURS}output = json\n# the next is Bob's\n\n[profile bob]\nregion = x\n`
  const next = { name: 'acme-prod', id: 'req_12345678', region: undefined }
  expect(withProfile(text, next)).toEqual(ok(text.replace('req_7k2mq9xd', 'req_12345678')))
  expect(withoutProfile(text, 'acme-prod')).toEqual(ok(`[default]\n# the next is Bob's\n\n[profile bob]\nregion = x\n`))
})

test.each([
  ['with keys', '[profile acme-prod]\naws_access_key_id = AKIAEXAMPLE\n'],
  ['with another command', '[profile acme-prod]\ncredential_process = /opt/other\n'],
  [
    'with ours as part of another',
    `[profile acme-prod]\ncredential_process = sh -c "thand credentials x --format aws"\n`,
  ],
  ['with ours in a comment', `[profile acme-prod]\n# ${OURS.split('\n')[1]}\n`],
  ['written otherwise', '[ profile  "acme-prod" ] # mine\nregion = x\n'],
  ['without its word', '[acme-prod]\nregion = x\n'],
  ['there twice', `${OURS}\n${OURS}`],
])('a profile %s is not ours: neither replaced nor taken out', (_, text) => {
  expect(withProfile(text, PROFILE)).toEqual(fail('not_ours'))
  expect(withoutProfile(text, PROFILE.name)).toEqual(fail('not_ours'))
  expect(hasProfile(text, PROFILE.name)).toBe(true)
})

test('names are whole words, and such as differ in case are others', () => {
  const text = '[profile acme-prod-2]\nregion = x\n[profile Acme-Prod]\nregion = x\n'
  expect(withoutProfile(text, 'acme-prod')).toEqual(fail('none'))
  expect(withProfile(text, PROFILE)).toEqual(ok(`${text}\n${OURS}`))
})

test('a default profile has keys where an SDK would find some', () => {
  expect(defaultProfileHasKeys(OTHERS)).toBe(true)
  expect(defaultProfileHasKeys('[profile default]\nrole_arn = x\n')).toBe(true)
  expect(defaultProfileHasKeys('[default]\nregion = x\n# role_arn = x\n[profile a]\nrole_arn = x\n')).toBe(false)
})
