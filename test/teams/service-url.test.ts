import { expect, test } from 'vitest'
import { ServiceUrls } from '../../bots/teams/service-url.ts'

const FURTHER = ['connector.acme.example', '127.0.0.1:4000']

test.each([
  ['https://smba.trafficmanager.net/emea/', true, true],
  ['https://emea.smba.trafficmanager.net/', true, true],
  ['https://smba.infra.gcc.teams.microsoft.com/', true, true],
  ['https://connector.acme.example/', true, true],
  ['https://eu.connector.acme.example/', true, true],
  ['https://connector.acme.example:8443/', false, false],
  ['https://127.0.0.1:4000/', true, true],
  ['http://127.0.0.1:4000/', true, false],
  ['http://127.0.0.1:4001/', false, false],
  ['http://connector.acme.example/', false, false],
  ['https://smba.trafficmanager.net/?to=evil', false, false],
])('%s: %s, in production %s', (url, isOurs, isOursInProduction) => {
  expect([new ServiceUrls(FURTHER, false).isOurs(url), new ServiceUrls(FURTHER, true).isOurs(url)]).toEqual([
    isOurs,
    isOursInProduction,
  ])
})
