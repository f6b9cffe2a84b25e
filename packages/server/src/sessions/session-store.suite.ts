import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import pino from 'pino'
import { openForTest, type TestEngine } from '../database/test-databases.ts'
import { passwordLanes } from '../users/password-lanes.ts'
import { quickPasswords as passwords } from '../users/test-passwords.ts'
import { userStore } from '../users/user-store.ts'
import { createAuth } from './auth.ts'
import { sessionStore } from './session-store.ts'

const dayMs = 24 * 3600 * 1000
const startMs = Date.parse('2030-01-02T03:04:05Z')

/** better-auth reads the clock of the process, so that is the one that is set here. */
async function open(t: TestContext, engine: TestEngine) {
  t.mock.timers.enable({ apis: ['Date'], now: startMs })
  const now = Date.now
  const logged: string[] = []
  const log = pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) })
  const deps = await openForTest(t, await engine.place(t), now)
  const lanes = passwordLanes()
  const users = userStore({ ...deps, lanes, passwords, onAccessChange: () => undefined })
  const user = { email: 'ada@example.org', password: 'right', isAdmin: true, mustChangePassword: true }
  const { id } = await users.create(user)
  const secret = 'a secret of the tests, long and with entropy 0123456789'
  const auth = createAuth({ ...deps, passwords, secret, log })
  let accessChanges = 0
  const onAccessChange = () => void accessChanges++
  const sessions = sessionStore({ ...deps, auth, onAccessChange })
  const opening = { address: '192.0.2.1', userAgent: 'Firefox', admit: async () => undefined }
  const signIn = async (email = 'ada@example.org', password = 'right') => {
    const opened = await auth.signIn({ email, password }, opening)
    return opened?.cookie ?? ''
  }
  const wait = (ms: number) => t.mock.timers.tick(ms)
  const { db } = deps.database
  return { db, deps, users, id, auth, sessions, opening, signIn, wait, logged, countAccessChanges: () => accessChanges }
}

export const sessionStoreSuite = (engine: TestEngine) =>
  describe(`sessions on ${engine.name}`, () => {
    test('a cookie leads to its user, however often one signs in to another session', async (t) => {
      const { users, id, sessions, signIn } = await open(t, engine)
      const [one, other] = [await signIn(), await signIn()]
      assert.notEqual(one, other)
      const [found, another] = [await sessions.find(one), await sessions.find(other)]
      assert.deepEqual(found?.user, await users.get(id))
      assert.notEqual(found?.sessionId, another?.sessionId)
    })

    test('wrong passwords and unknown e-mails open nothing', async (t) => {
      const { db, signIn } = await open(t, engine)
      assert.equal(await signIn('ada@example.org', 'wrong'), '')
      assert.equal(await signIn('eve@example.org', 'right'), '')
      assert.deepEqual(await db.selectFrom('sessions').select('id').execute(), [])
    })

    test('a cookie that was changed, or signed with another secret, is worth nothing', async (t) => {
      const { deps, sessions, signIn } = await open(t, engine)
      const cookie = await signIn()
      const [token = '', signature = ''] = cookie.split('.')
      const log = pino({ level: 'silent' })
      const elsewhere = createAuth({
        ...deps,
        passwords,
        secret: 'another secret, long and with entropy 9876543210',
        log,
      })
      for (const forged of [
        token,
        `${token}.`,
        `${token}x.${signature}`,
        `.${signature}`,
        signature,
        'unreadable',
        '%',
      ])
        assert.equal(await sessions.find(forged), undefined, forged)
      assert.equal(await elsewhere.find(cookie), undefined)
      assert.ok(await sessions.find(cookie))
    })

    test('the database holds nothing that would sign in', async (t) => {
      const { db, sessions, signIn } = await open(t, engine)
      const [token = ''] = (await signIn()).split('.')
      const stored = await db.selectFrom('sessions').selectAll().execute()
      assert.ok(!JSON.stringify(stored).includes(token))
      assert.equal(await sessions.find(stored[0]?.tokenHash ?? ''), undefined)
    })

    test('one that is used lives on, one that is not ends after a week', async (t) => {
      const { id, sessions, signIn, wait } = await open(t, engine)
      const [used, unused] = [await signIn(), await signIn()]
      wait(6 * dayMs)
      assert.ok(await sessions.find(used))
      const [row] = await sessions.list(id)
      assert.deepEqual([row?.lastUsedAtMs, row?.expiresAtMs], [startMs + 6 * dayMs, startMs + 13 * dayMs])
      wait(1 * dayMs + 1)
      assert.ok(await sessions.find(used))
      assert.equal(await sessions.find(unused), undefined)
      assert.equal((await sessions.list(id)).length, 1)
    })

    test('after thirty days it ends however much it is used', async (t) => {
      const { sessions, signIn, wait } = await open(t, engine)
      const cookie = await signIn()
      for (let day = 1; day < 30; day++) {
        wait(dayMs)
        assert.ok(await sessions.find(cookie), `day ${day}`)
      }
      wait(dayMs - 1)
      assert.ok(await sessions.find(cookie))
      wait(2)
      assert.equal(await sessions.find(cookie), undefined)
    })

    test('its use is written at most once a minute', async (t) => {
      const { id, sessions, signIn, wait } = await open(t, engine)
      const cookie = await signIn()
      const lastUse = async (ms: number) => {
        wait(ms)
        await sessions.find(cookie)
        return (await sessions.list(id))[0]?.lastUsedAtMs
      }
      assert.equal(await lastUse(59_999), startMs)
      assert.equal(await lastUse(1), startMs + 60_000)
    })

    test('another password ends all sessions, opens one and is chosen by its user', async (t) => {
      const { users, id, auth, sessions, opening, signIn } = await open(t, engine)
      const [mine, stolen] = [await signIn(), await signIn()]
      const passwords = { currentPassword: 'right', newPassword: 'better' }
      assert.equal(await auth.changePassword(mine, { ...passwords, currentPassword: 'wrong' }, opening), undefined)
      const opened = await auth.changePassword(mine, passwords, opening)
      assert.deepEqual([await sessions.find(mine), await sessions.find(stolen)], [undefined, undefined])
      assert.equal((await sessions.find(opened?.cookie ?? ''))?.user.mustChangePassword, false)
      assert.equal((await sessions.list(id)).length, 1)
      assert.equal(await users.holdsPassword(id, 'better'), true)
      await assert.rejects(auth.changePassword(stolen, passwords, opening), { code: 'unauthenticated' })
    })

    test('of someone who is blocked it is worth nothing, even if it was missed', async (t) => {
      const { db, users, id, sessions, signIn } = await open(t, engine)
      await users.create({ email: 'bob@example.org', password: 'x', isAdmin: true, mustChangePassword: false })
      await users.update(id, { isBlocked: true })
      const missed = await signIn()
      assert.equal((await db.selectFrom('sessions').select('id').execute()).length, 1)
      assert.equal(await sessions.find(missed), undefined)
    })

    test('are listed and ended by their user only', async (t) => {
      const { users, id, sessions, signIn, countAccessChanges } = await open(t, engine)
      const cookies = [await signIn(), await signIn(), await signIn()]
      const bob = { email: 'bob@example.org', password: 'x', isAdmin: false, mustChangePassword: false }
      const { id: bobId } = await users.create(bob)
      const [first] = await sessions.list(id)
      const { address, userAgent } = first ?? {}
      assert.deepEqual({ address, userAgent }, { address: '192.0.2.1', userAgent: 'Firefox' })
      assert.deepEqual(await sessions.list(bobId), [])
      assert.equal(await sessions.end(bobId, first?.id ?? ''), false)
      assert.equal(await sessions.end(id, 'no\0ne'), false)
      assert.equal(countAccessChanges(), 0)
      assert.equal(await sessions.end(id, first?.id ?? ''), true)
      assert.equal(await sessions.endAll(id), 2)
      assert.equal(countAccessChanges(), 2)
      assert.deepEqual(await Promise.all(cookies.map(sessions.find)), [undefined, undefined, undefined])
    })

    test('an address is known by its network, and the twenty newest are kept', async (t) => {
      const { db, id, sessions, wait } = await open(t, engine)
      for (let at = 0; at < 25; at++) {
        await sessions.noteSignIn(id, `192.0.2.${at}`)
        wait(1)
      }
      await sessions.noteSignIn(id, '2001:db8:1:2:3::1')
      assert.equal(await sessions.isKnownAddress(id, '192.0.2.24'), true)
      assert.equal(await sessions.isKnownAddress(id, '192.0.2.1'), false)
      assert.equal(await sessions.isKnownAddress(id, '2001:db8:1:2:ffff::9'), true)
      assert.equal(await sessions.isKnownAddress('nobody', '192.0.2.24'), false)
      assert.equal((await db.selectFrom('signInAddresses').select('address').execute()).length, 20)
    })

    test('signing in clears away what has expired', async (t) => {
      const { db, id, sessions, signIn, wait } = await open(t, engine)
      await signIn()
      wait(8 * dayMs)
      await signIn()
      await sessions.noteSignIn(id, '192.0.2.1')
      assert.equal((await db.selectFrom('sessions').select('id').execute()).length, 1)
    })

    test('nothing that fails tells a token, a hash or a password to the log', async (t) => {
      const { db, auth, opening, signIn, logged } = await open(t, engine)
      const cookie = await signIn()
      await db.schema.dropTable('sessions').execute()
      await assert.rejects(auth.find(cookie))
      await assert.rejects(auth.signIn({ email: 'ada@example.org', password: 'right' }, opening))
      assert.equal(logged.length > 0, true)
      const [token = ''] = cookie.split('.')
      for (const secret of [token, 'right', 'scrypt$', 'ada@example.org'])
        assert.ok(!logged.join().includes(secret), secret)
    })
  })
