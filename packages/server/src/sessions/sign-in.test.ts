import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as aMoment } from 'node:timers/promises'
import { stoppedClock } from '../gate/test-clock.ts'
import { passwordHashing } from '../users/password-hash.ts'
import { quickPasswords } from '../users/test-passwords.ts'
import { adminEmail, oneTimePassword, startIdentity } from './test-identity.ts'

const chosen = 'a password that was chosen'
const dayMs = 24 * 3600 * 1000

test('the first sign-in with the one-time password makes one choose a new one', async (t) => {
  const fetched = t.mock.method(globalThis, 'fetch')
  const { browser } = await startIdentity(t)
  const ada = browser()
  const { status, body, setCookie } = await ada.signIn(oneTimePassword)
  assert.deepEqual([status, body.mustChangePassword, body.access, body.isAdmin], [200, true, 'self', false])
  assert.match(String(setCookie), /^berth_session=[^;]+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=2592000$/)
  assert.deepEqual((await ada.call('GET', '/v1/whoami')).body, body)
  for (const path of ['/v1/look', '/v1/users']) {
    const refused = await ada.call('GET', path)
    assert.deepEqual([refused.status, refused.body.code], [403, 'password_change_required'])
  }

  const passwords = { currentPassword: oneTimePassword, newPassword: chosen }
  const same = await ada.call('POST', '/v1/me/password', { body: { ...passwords, newPassword: oneTimePassword } })
  assert.equal(same.body.code, 'invalid_request')
  const changed = await ada.call('POST', '/v1/me/password', { body: passwords })
  assert.deepEqual(changed.body, {
    name: adminEmail,
    kind: 'user',
    email: adminEmail,
    access: 'admin',
    isAdmin: true,
    mustChangePassword: false,
    hasSecondFactor: false,
    projects: [],
  })
  assert.equal((await ada.call('GET', '/v1/look')).status, 200)
  assert.equal((await browser().signIn(oneTimePassword)).body.code, 'sign_in_failed')
  assert.equal((await browser().signIn(chosen)).status, 200)
  assert.equal(fetched.mock.callCount(), 0, 'nobody else is told')
})

test('behind TLS the cookie is one that no other host can set', async (t) => {
  const { browser } = await startIdentity(t)
  const ada = browser({ isSecure: true })
  const { setCookie } = await ada.signIn(oneTimePassword)
  assert.match(
    String(setCookie),
    /^__Host-berth_session=[^;]+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=2592000; Secure$/,
  )
  assert.equal((await ada.call('GET', '/v1/whoami')).status, 200)
})

test('a wrong password and an unknown e-mail are answered in the same words after the same work', async (t) => {
  let hashes = 0
  const counted =
    <Args extends unknown[], Result>(work: (...args: Args) => Result) =>
    (...args: Args) => {
      hashes += 1
      return work(...args)
    }
  const passwords = { hash: counted(quickPasswords.hash), matches: counted(quickPasswords.matches) }
  const { browser } = await startIdentity(t, { passwords })
  const answerTo = async (email: string) => {
    hashes = 0
    const { status, body } = await browser().signIn('wrong', { email })
    const { requestId, ...rest } = body
    assert.ok(requestId)
    return { status, ...rest, hashes }
  }
  const known = await answerTo(adminEmail)
  assert.equal(known.hashes, 1)
  assert.deepEqual(await answerTo('eve@example.org'), known)
})

test('each sign-in opens another session, whatever cookie the browser came with', async (t) => {
  const { browser, db } = await startIdentity(t)
  const [victim, thief] = [browser(), browser()]
  await thief.signIn(oneTimePassword)
  const planted = thief.cookie()
  victim.useCookie(planted)
  await victim.signIn(oneTimePassword)
  assert.notEqual(victim.cookie(), planted)
  victim.useCookie('berth_session=chosen-by-a-thief')
  await victim.signIn(oneTimePassword)
  assert.notEqual(victim.cookie(), 'berth_session=chosen-by-a-thief')
  assert.equal((await db.selectFrom('sessions').select('id').execute()).length, 3)
})

test('a session that has ended is told so and is no mark against its address', async (t) => {
  const { browser } = await startIdentity(t)
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() })
  const ada = browser()
  await ada.signIn(oneTimePassword)
  const cookie = ada.cookie()
  t.mock.timers.tick(7 * dayMs + 1)
  for (let request = 0; request < 30; request++) {
    const { status, body } = await ada.call('GET', '/v1/whoami')
    assert.deepEqual([status, body.code, body.detail], [401, 'unauthenticated', 'This session has ended'])
  }
  assert.equal((await ada.signIn(oneTimePassword)).status, 200)
  assert.notEqual(ada.cookie(), cookie)
})

test('a stolen session ends with the next password, and with signing out everywhere', async (t) => {
  const { browser } = await startIdentity(t)
  const [ada, phone, thief] = [browser(), browser(), browser({ address: '203.0.113.9' })]
  await ada.signIn(oneTimePassword)
  await phone.signIn(oneTimePassword)
  thief.useCookie(phone.cookie())
  assert.equal((await thief.call('GET', '/v1/whoami')).status, 200)
  const body = { currentPassword: oneTimePassword, newPassword: chosen }
  assert.equal((await ada.call('POST', '/v1/me/password', { body })).status, 200)
  assert.equal((await thief.call('GET', '/v1/whoami')).status, 401)
  assert.equal((await phone.call('GET', '/v1/whoami')).status, 401)
  assert.equal((await ada.call('GET', '/v1/whoami')).status, 200)

  await phone.signIn(chosen)
  thief.useCookie(ada.cookie())
  const ended = await phone.call('POST', '/v1/me/sessions/end-all')
  assert.deepEqual(ended.body, { ended: 2 })
  assert.equal(phone.cookie(), undefined)
  assert.equal((await thief.call('GET', '/v1/whoami')).status, 401)
})

test('who has stolen a session gets no further without the password, and cannot guess it', async (t) => {
  const { browser, users } = await startIdentity(t, { now: stoppedClock() })
  const ada = browser()
  await ada.signIn(oneTimePassword)
  const codes = []
  for (let guess = 0; guess < 8; guess++) {
    const thief = browser({ address: `203.0.113.${guess}` })
    thief.useCookie(ada.cookie())
    const body = { currentPassword: `guess ${guess}`, newPassword: chosen }
    codes.push((await thief.call('POST', '/v1/me/password', { body })).body.code)
  }
  assert.deepEqual(codes.slice(0, 6), Array(6).fill('sign_in_failed'))
  assert.deepEqual(codes.slice(6), ['rate_limited', 'rate_limited'])
  const begun = await ada.call('POST', '/v1/me/second-factor', { body: { password: oneTimePassword } })
  assert.equal(begun.body.code, 'rate_limited')
  assert.equal((await users.findByEmail(adminEmail))?.mustChangePassword, true)
})

test('sessions are listed with where they are, and ended one by one', async (t) => {
  const { browser } = await startIdentity(t)
  const [laptop, phone] = [browser(), browser({ address: '198.51.100.7' })]
  await laptop.signIn(oneTimePassword)
  await phone.signIn(oneTimePassword)
  const { body: listed } = await laptop.call('GET', '/v1/me/sessions')
  const places = listed.map((one: Record<string, unknown>) => [one.address, one.isCurrent])
  assert.deepEqual(
    places.toSorted(),
    [
      ['192.0.2.1', true],
      ['198.51.100.7', false],
    ].toSorted(),
  )
  const other = listed.find((one: { isCurrent: boolean }) => !one.isCurrent)
  assert.deepEqual((await laptop.call('DELETE', `/v1/me/sessions/${other.id}`)).body, { ended: 1 })
  assert.equal((await laptop.call('DELETE', `/v1/me/sessions/${other.id}`)).body.code, 'not_found')
  assert.equal((await phone.call('GET', '/v1/whoami')).status, 401)
  assert.deepEqual((await laptop.call('POST', '/v1/sign-out')).body, { signedOut: true })
  assert.equal(laptop.cookie(), undefined)
})

test('an app on a sibling host changes nothing in the name of who visits it', async (t) => {
  const { browser, db } = await startIdentity(t)
  const ada = browser()
  await ada.signIn(oneTimePassword)
  const sibling = { origin: 'http://shop.example.org', 'sec-fetch-site': 'same-site' }
  for (const headers of [sibling, { origin: 'http://shop.example.org' }, { origin: 'null' }]) {
    const { status, body } = await ada.call('POST', '/v1/me/sessions/end-all', { headers })
    assert.deepEqual([status, body.code], [403, 'forbidden'])
  }
  const stranger = browser()
  const signIn = { body: { email: adminEmail, password: oneTimePassword }, headers: sibling }
  const planted = await stranger.call('POST', '/v1/sign-in', signIn)
  assert.deepEqual([planted.status, planted.setCookie], [403, undefined])
  assert.equal((await db.selectFrom('sessions').select('id').execute()).length, 1)
})

test('a cookie that a sibling host has added neither signs in nor out', async (t) => {
  const { browser, users } = await startIdentity(t)
  await users.create({ email: 'eve@example.org', password: chosen, isAdmin: false, mustChangePassword: false })
  const [ada, eve] = [browser(), browser()]
  await ada.signIn(oneTimePassword)
  await eve.signIn(chosen, { email: 'eve@example.org' })
  const own = ada.cookie()
  ada.useCookie(`berth_session=tossed; ${own}`)
  assert.equal((await ada.call('GET', '/v1/whoami')).body.email, adminEmail)
  const body = { currentPassword: oneTimePassword, newPassword: 'a password to go on with' }
  ada.useCookie(`${eve.cookie()}; ${own}`)
  assert.equal((await ada.call('GET', '/v1/whoami')).status, 401)
  assert.equal((await ada.call('POST', '/v1/me/password', { body })).status, 401)
})

test('of a password that is replaced while it is checked no session is left', async (t) => {
  const { browser, users, db } = await startIdentity(t)
  const ada = await users.findByEmail(adminEmail)
  const [signedIn] = await Promise.all([
    browser().signIn(oneTimePassword),
    users.setPassword(ada?.id ?? '', chosen, { mustChange: false }),
  ])
  const cookies = browser()
  cookies.useCookie(String(signedIn.setCookie ?? '').split(';')[0])
  assert.notEqual((await cookies.call('GET', '/v1/whoami')).status, 200)
  assert.deepEqual(await db.selectFrom('sessions').select('id').execute(), [])
})

test('a user who is blocked is out at once and comes in again when an admin says so', async (t) => {
  const { browser, users } = await startIdentity(t)
  const bob = { email: 'bob@example.org', password: chosen, isAdmin: false, mustChangePassword: false }
  const { id } = await users.create(bob)
  const [ada, visitor] = [browser(), browser()]
  await ada.signIn(oneTimePassword)
  await ada.call('POST', '/v1/me/password', { body: { currentPassword: oneTimePassword, newPassword: chosen } })
  await visitor.signIn(chosen, { email: bob.email })
  assert.equal((await visitor.call('GET', '/v1/users')).status, 403)
  const blocked = await ada.call('PATCH', `/v1/users/${id}`, { body: { isBlocked: true } })
  assert.deepEqual([blocked.status, blocked.body.isBlocked], [200, true])
  assert.equal((await visitor.call('GET', '/v1/whoami')).status, 401)
  const refused = await visitor.signIn(chosen, { email: bob.email })
  assert.deepEqual([refused.body.code, refused.body.detail], ['sign_in_failed', 'An admin has blocked this user'])
  const stranger = await visitor.signIn('wrong', { email: bob.email })
  assert.notEqual(stranger.body.detail, refused.body.detail, 'only who knows the password is told')
  await ada.call('PATCH', `/v1/users/${id}`, { body: { isBlocked: false } })
  assert.equal((await visitor.signIn(chosen, { email: bob.email })).status, 200)

  const { body } = await ada.call('POST', `/v1/users/${id}/reset-password`)
  assert.match(body.password, /^([a-z2-9]{5}-){3}[a-z2-9]{5}$/)
  assert.equal((await visitor.call('GET', '/v1/whoami')).status, 401)
  assert.equal((await visitor.signIn(body.password, { email: bob.email })).body.mustChangePassword, true)
  assert.deepEqual((await ada.call('DELETE', `/v1/users/${id}`)).body, { removed: true })
  assert.equal((await visitor.call('GET', '/v1/whoami')).status, 401)
  const listed = await ada.call('GET', '/v1/users')
  assert.deepEqual(
    listed.body.map((user: { email: string }) => user.email),
    [adminEmail],
  )
  const self = listed.body[0].id
  assert.equal((await ada.call('DELETE', `/v1/users/${self}`)).body.code, 'last_admin')
  assert.equal((await ada.call('PATCH', `/v1/users/${self}`, { body: { isAdmin: false } })).body.code, 'last_admin')
})

/** Slow enough for a queue, at an eighth of what a real one costs. */
const slowPasswords = passwordHashing({ N: 2 ** 12, r: 8, p: 3 })

test('a thousand sign-ins at once leave the API answering, the memory as it was and the owner free to come in', async (t) => {
  const { app, browser, activities } = await startIdentity(t, { passwords: slowPasswords, now: stoppedClock() })
  const ada = browser({ address: '198.51.100.1' })
  await ada.signIn(oneTimePassword)
  const memoryBefore = process.memoryUsage().rss
  const storm = Array.from({ length: 1_000 }, (_, at) =>
    browser({ address: `203.0.${at >> 8}.${at & 255}` }).signIn('wrong', { email: `${at % 100}@example.org` }),
  )
  const answers = Promise.all(storm)
  const answered = await countDuring(answers, () => app.inject({ url: '/v1/whoami' }))
  const owner = await browser({ address: '198.51.100.1' }).signIn(oneTimePassword)
  assert.equal(owner.status, 200)
  const codes = (await answers).map(({ body }) => body.code)
  const limited = (await answers).filter(({ body }) => body.code === 'rate_limited')
  assert.ok(codes.every((code) => code === 'rate_limited' || code === 'sign_in_failed'))
  assert.ok(limited.length >= 900, `${limited.length}`)
  assert.ok(limited.every(({ status, body }) => status === 429 && /^Try again in \d+ s$/.test(body.hint)))
  assert.ok(process.memoryUsage().rss - memoryBefore < 250 * 1024 ** 2)
  assert.ok(answered >= 3, `${answered}`)
  const failures = (await activities()).filter(({ kind }) => kind === 'sign_in_failed')
  assert.ok(failures.length >= 1 && failures.length <= 20, `${failures.length}`)
})

/** How often something is answered, one after the other, before the work is over. */
async function countDuring(work: Promise<unknown>, probe: () => Promise<unknown>): Promise<number> {
  let isOver = false
  void work.finally(() => {
    isOver = true
  })
  let count = 0
  for (; !isOver; count++) {
    await probe()
    await aMoment()
  }
  return count
}

test('a thousand guesses at one password from one address are a few', async (t) => {
  const { browser, activities } = await startIdentity(t, { now: stoppedClock() })
  const stranger = browser({ address: '203.0.113.1' })
  const codes: string[] = []
  for (let batch = 0; batch < 20; batch++) {
    const answers = await Promise.all(Array.from({ length: 50 }, (_, at) => stranger.signIn(`${batch} ${at}`)))
    codes.push(...answers.map(({ body }) => body.code))
  }
  const checked = codes.filter((code) => code === 'sign_in_failed').length
  assert.ok(checked >= 10 && checked < 15, `${checked}`)
  const failures = (await activities()).filter(({ kind }) => kind === 'sign_in_failed')
  assert.equal(failures.length, 1)
  assert.equal((await browser({ address: '198.51.100.1' }).signIn(oneTimePassword)).body.code, 'rate_limited')
})

test('what happened is written down, and no secret with it', async (t) => {
  const { browser, activities, logged } = await startIdentity(t)
  const ada = browser()
  await ada.signIn('not-the-password')
  await ada.signIn(oneTimePassword)
  await ada.call('POST', '/v1/me/password', { body: { currentPassword: oneTimePassword, newPassword: chosen } })
  const cookie = ada.cookie()
  await ada.call('POST', '/v1/sign-out')
  const rows = await activities()
  assert.deepEqual(
    rows.map(({ actor, kind }) => [actor, kind]),
    [
      [adminEmail, 'signed_out'],
      [adminEmail, 'password_changed'],
      [adminEmail, 'signed_in'],
      ['nobody', 'sign_in_failed'],
    ],
  )
  const written = logged.join() + JSON.stringify(rows)
  const token = cookie?.split('=')[1]?.split('.')[0] ?? ''
  for (const secret of ['not-the-password', oneTimePassword, chosen, token, 'scrypt$']) {
    assert.ok(secret !== '' && !written.includes(secret), secret)
  }
})

test('nobody signs up, and nothing of better-auth answers at its own addresses', async (t) => {
  const { app, users } = await startIdentity(t)
  const payload = { email: 'eve@example.org', password: chosen, name: 'Eve' }
  for (const url of ['/api/auth/sign-up/email', '/api/auth/ok', '/v1/sign-up', '/sign-up/email']) {
    assert.equal((await app.inject({ method: 'POST', url, payload })).statusCode, 401, url)
  }
  assert.equal((await users.list()).length, 1)
})
