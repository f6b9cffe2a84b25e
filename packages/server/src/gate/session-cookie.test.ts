import assert from 'node:assert/strict'
import type { IncomingHttpHeaders } from 'node:http'
import { test } from 'node:test'
import type { UserRow } from '../users/user-row.ts'
import { readSessionCookies, sessionCookie, sessionCookieHeader } from './session-cookie.ts'
import { checkNoOtherPage } from './session-cookie-origin.ts'

const ada = { id: 'ada', email: 'ada@example.org' } as UserRow
const sessions: Record<string, string> = { good: 's1', 'good-again': 's1', other: 's2' }
const asked: string[] = []
const find = sessionCookie({
  find: async (cookie) => {
    asked.push(cookie)
    const sessionId = Object.hasOwn(sessions, cookie) ? sessions[cookie] : undefined
    return sessionId ? { user: ada, sessionId } : undefined
  },
})
const outcomeOf = (headers: IncomingHttpHeaders, { method = 'GET', isSecure = false } = {}) =>
  find({ method, headers: { host: 'berth.example.org', ...headers }, isSecure }).then(
    (found) => (typeof found === 'string' ? found : found.sessionId),
    (error) => error.code,
  )

test('a cookie leads to its session, and one of another name to none', async () => {
  assert.equal(await outcomeOf({ cookie: 'a=b; berth_session=good' }), 's1')
  assert.equal(await outcomeOf({ cookie: 'xberth_session=good; berth_session2=good' }), 'absent')
  assert.equal(await outcomeOf({ cookie: 'berth_session=' }), 'absent')
  assert.equal(await outcomeOf({}), 'absent')
  assert.equal(await outcomeOf({ cookie: 'berth_session=ended' }), 'refused')
})

test('with https only the cookie that no other host can set counts, without it only the plain one', async () => {
  assert.equal(await outcomeOf({ cookie: 'berth_session=good' }, { isSecure: true }), 'absent')
  assert.equal(await outcomeOf({ cookie: '__Host-berth_session=good' }, { isSecure: true }), 's1')
  assert.equal(await outcomeOf({ cookie: '__Host-berth_session=good' }), 'absent')
})

test('cookies that a sibling host has added are no way in and no way to sign someone out', async () => {
  assert.equal(await outcomeOf({ cookie: 'berth_session=tossed; berth_session=good' }), 's1')
  assert.equal(await outcomeOf({ cookie: 'berth_session=good; berth_session=good-again' }), 's1')
  assert.equal(await outcomeOf({ cookie: 'berth_session=other; berth_session=good' }), 'unauthenticated')
  const flood = Array.from({ length: 50 }, (_, at) => `berth_session=x${at}`).join('; ')
  asked.length = 0
  assert.equal(await outcomeOf({ cookie: flood }), 'unauthenticated')
  assert.equal(asked.length, 4)
})

test('values that could break out of a header are not looked up as they are', () => {
  for (const value of ['a b', 'a,b', 'a"b', 'ä', 'x'.repeat(513)]) {
    const cookies = readSessionCookies({ headers: { cookie: `berth_session=${value}` }, isSecure: false })
    assert.deepEqual(cookies, ['unreadable'], value)
  }
})

const own = 'http://berth.example.org'
const changes: [what: string, headers: IncomingHttpHeaders, isLetIn: boolean][] = [
  ['our own page', { origin: own, 'sec-fetch-site': 'same-origin' }, true],
  ['our own page in a browser that sends no Sec-Fetch-Site', { origin: own }, true],
  ['our own page behind another proxy with TLS', { origin: 'https://berth.example.org' }, true],
  ['our own page that sends no Origin', { 'sec-fetch-site': 'same-origin' }, true],
  ['an app on a sibling host', { origin: 'http://shop.example.org', 'sec-fetch-site': 'same-site' }, false],
  ['an app on a sibling host in an old browser', { origin: 'http://shop.example.org' }, false],
  ['a sibling that lies about one of both', { origin: own, 'sec-fetch-site': 'same-site' }, false],
  ['the same host on another port', { origin: 'http://berth.example.org:8080' }, false],
  ['a page without an origin', { origin: 'null', 'sec-fetch-site': 'cross-site' }, false],
  ['a link that was typed', { 'sec-fetch-site': 'none' }, false],
  ['nobody knows what', {}, false],
  ['an origin that is no address', { origin: 'berth.example.org' }, false],
  ['an origin of another kind', { origin: 'ftp://berth.example.org' }, false],
]
for (const [what, headers, isLetIn] of changes) {
  test(`a change asked for by ${what} is ${isLetIn ? 'let in' : 'refused'}`, async () => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      const expected = isLetIn ? 's1' : 'forbidden'
      assert.equal(await outcomeOf({ cookie: 'berth_session=good', ...headers }, { method }), expected, method)
    }
    assert.equal(await outcomeOf({ cookie: 'berth_session=good', ...headers }), 's1', 'reading changes nothing')
  })
}

test('with https a page without it is another page', async () => {
  const cookie = '__Host-berth_session=good'
  const post = { method: 'POST', isSecure: true }
  assert.equal(await outcomeOf({ cookie, origin: own }, post), 'forbidden')
  assert.equal(await outcomeOf({ cookie, origin: 'https://berth.example.org' }, post), 's1')
  assert.equal(await outcomeOf({ cookie, origin: 'https://berth.example.org:443' }, post), 's1')
})

test('who signs in from no page at all is let in, who does so from another page is not', () => {
  const host = 'berth.example.org'
  checkNoOtherPage({ headers: { host }, isSecure: false })
  checkNoOtherPage({ headers: { host, origin: own }, isSecure: false })
  const sibling = { host, origin: 'http://shop.example.org' }
  assert.throws(() => checkNoOtherPage({ headers: sibling, isSecure: false }), { code: 'forbidden' })
})

test('the cookie is out of reach of scripts and of other hosts', () => {
  assert.equal(
    sessionCookieHeader('v', { isSecure: true, maxAgeMs: 90_000 }),
    '__Host-berth_session=v; Path=/; HttpOnly; SameSite=Lax; Max-Age=90; Secure',
  )
  assert.equal(
    sessionCookieHeader('v', { isSecure: false, maxAgeMs: 90_000 }),
    'berth_session=v; Path=/; HttpOnly; SameSite=Lax; Max-Age=90',
  )
})
