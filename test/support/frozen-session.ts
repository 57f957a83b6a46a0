import { connect } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'

/**
 * A session of a process that is stopped at the worst moment: in a transaction, with a statement sent and not told to run.
 * Spoken by hand, as no driver stops there: https://www.postgresql.org/docs/current/protocol-message-formats.html
 */
export async function frozenSession(databaseUrl: string, statement: string): Promise<{ close(): void }> {
  const url = new URL(databaseUrl)
  const socket = connect(Number(url.port), url.hostname)
  let heard = Buffer.alloc(0)
  const password = text(decodeURIComponent(url.password))
  socket.on('error', () => undefined)
  socket.on('data', (data) => {
    const asksForPassword = heard.length === 0 && data.at(0) === 0x52 && data.readInt32BE(5) === 3
    heard = Buffer.concat([heard, data])
    if (asksForPassword) socket.write(message('p', password))
  })
  const until = async (word: string) => {
    const from = heard.length
    for (let n = 0; n < 500 && !heard.subarray(from).includes(word); n++) await wait(10)
    if (!heard.subarray(from).includes(word))
      throw new Error(`the database did not say ${word}: ${heard.toString('latin1')}`)
  }
  const settings = [
    ['user', decodeURIComponent(url.username)],
    ['database', url.pathname.slice(1)],
    ['application_name', 'thand'],
    ['statement_timeout', '5000'],
    ['idle_in_transaction_session_timeout', '10000'],
  ]
  const version = Buffer.from([0, 3, 0, 0])
  socket.write(sized(Buffer.concat([version, ...settings.flat().map(text), Buffer.from([0])])))
  await until('integer_datetimes')
  socket.write(message('Q', text('begin')))
  await until('BEGIN')
  socket.write(message('Q', text(statement)))
  await until('INSERT')
  const parse = message('P', Buffer.concat([text('one'), text('select $1::int'), Buffer.from([0, 0])]))
  const describe = message('D', Buffer.concat([Buffer.from('S'), text('one')]))
  socket.write(Buffer.concat([parse, describe, message('H', Buffer.alloc(0))]))
  await until('t')
  return { close: () => socket.destroy() }
}

const text = (value: string) => Buffer.concat([Buffer.from(value), Buffer.from([0])])
const message = (kind: string, body: Buffer) => Buffer.concat([Buffer.from(kind), sized(body)])

function sized(body: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeInt32BE(body.length + 4)
  return Buffer.concat([length, body])
}
