import { generateKeyPairSync } from 'node:crypto'
import type { GithubAppOptions } from '../doubles/github/app.ts'
import type { GithubOrganisation } from '../doubles/github/organisation.ts'

const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
})

const permissions = { metadata: 'read', contents: 'write', issues: 'write' }

/** An App that makes tokens for two repositories, each with a README.md, as the double knows it and as it is written down. */
export const APP: GithubAppOptions = { id: 7, installationId: 70, publicKeyPem: publicKey, permissions }
export const APP_KEY = privateKey
export const APP_CONFIG = { id: '7', private_key: privateKey, installation_id: 70 }
export const REPOSITORIES = { web: { 'README.md': '# web' }, api: { 'README.md': '# api' } }

/** What GitHub answers to whoever reads a file with this token. */
export async function readWith(github: GithubOrganisation, token: string, repository = 'web'): Promise<number> {
  const headers = { authorization: `Bearer ${token}`, 'user-agent': 'git', 'x-github-api-version': '2022-11-28' }
  const answer = await fetch(`${github.url}/repos/${github.org}/${repository}/contents/README.md`, { headers })
  return answer.status
}
