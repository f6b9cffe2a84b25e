import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatJoinToken, type JoinTicket, parseJoinToken } from './joining.ts'

const ticket: JoinTicket = {
  machine: 'worker1',
  servers: ['10.0.0.5:7443', '[fd00::5]:7443'],
  caSha256: 'ab'.repeat(32),
  secret: 'ÿ-secret',
}

test('a token says again what it was made of, and is one word for any shell', () => {
  const token = formatJoinToken(ticket)
  assert.match(token, /^BERTH-[\w-]+$/)
  assert.deepEqual(parseJoinToken(token), ticket)
  assert.deepEqual(parseJoinToken(` ${token}\n`), ticket, 'However it was copied')
})

test('what is no token, or only a part of one, is refused in words', () => {
  const token = formatJoinToken(ticket)
  const foreign = formatJoinToken({ ...ticket, admin: true } as JoinTicket)
  for (const text of ['', 'BERTH-', token.slice(0, -5), token.slice(6), `${token}!`, foreign, 'SWMTKN-1-abc']) {
    assert.throws(() => parseJoinToken(text), { code: 'join_token_invalid', hint: /join-command/ }, text)
  }
})
