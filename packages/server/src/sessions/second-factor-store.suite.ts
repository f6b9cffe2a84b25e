import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, type TestContext, test } from 'node:test'
import { base32 } from '@better-auth/utils/base32'
import { createOTP } from '@better-auth/utils/otp'
import { openForTest, type TestEngine, testTimeMs } from '../database/test-databases.ts'
import { passwordLanes } from '../users/password-lanes.ts'
import { quickPasswords } from '../users/test-passwords.ts'
import { userStore } from '../users/user-store.ts'
import { secondFactorStore } from './second-factor-store.ts'

const keysOf = () => ({ cookieSecret: '', secondFactorKey: randomBytes(32), recoveryCodeKey: randomBytes(32) })

/** What an authenticator shows that was given this secret. */
export const codeAt = (typedSecret: string, atMs: number) =>
  createOTP(new TextDecoder().decode(base32.decode(typedSecret))).hotp(Math.floor(atMs / 30_000))

async function open(t: TestContext, engine: TestEngine) {
  let nowMs = testTimeMs
  const deps = await openForTest(t, await engine.place(t), () => nowMs)
  const users = userStore({
    ...deps,
    lanes: passwordLanes(),
    passwords: quickPasswords,
    onAccessChange: () => undefined,
  })
  const user = { email: 'ada@example.org', password: 'right', isAdmin: true, mustChangePassword: false }
  const { id, email } = await users.create(user)
  const factors = secondFactorStore({ ...deps, keys: keysOf() })
  const turnOn = async () => {
    const begun = await factors.begin({ id, email })
    assert.equal(await factors.confirm(id, await codeAt(begun.secret, nowMs)), true)
    nowMs += 30_000
    return { ...begun, codeNow: () => codeAt(begun.secret, nowMs) }
  }
  return { deps, users, id, email, factors, turnOn, wait: (ms: number) => (nowMs += ms), now: () => nowMs }
}

export const secondFactorStoreSuite = (engine: TestEngine) =>
  describe(`second factors on ${engine.name}`, () => {
    test('one counts once a code was confirmed, and whoever begins anew gets another', async (t) => {
      const { users, id, email, factors, now } = await open(t, engine)
      await assert.rejects(factors.confirm(id, '123456'), { code: 'conflict' })
      const first = await factors.begin({ id, email })
      const second = await factors.begin({ id, email })
      assert.equal(await factors.use(id, await codeAt(second.secret, now())), undefined)
      assert.equal(await factors.confirm(id, await codeAt(first.secret, now())), false)
      assert.equal((await users.get(id)).hasSecondFactor, false)
      assert.equal(await factors.confirm(id, await codeAt(second.secret, now())), true)
      assert.equal((await users.get(id)).hasSecondFactor, true)
      await assert.rejects(factors.begin({ id, email }), { code: 'conflict' })
      assert.equal(await factors.use(id, first.recoveryCodes[0] ?? ''), undefined)
    })

    test('a code signs in once, also of many who show it at the same moment', async (t) => {
      const { id, factors, turnOn } = await open(t, engine)
      const { codeNow } = await turnOn()
      const code = await codeNow()
      const used = await Promise.all(Array.from({ length: 10 }, () => factors.use(id, code)))
      assert.equal(used.filter((one) => one !== undefined).length, 1)
      assert.equal(await factors.use(id, ` ${code.slice(0, 3)} ${code.slice(3)} `), undefined)
    })

    test('the code that turned it on does not sign in, nor does an earlier one after a later one', async (t) => {
      const { id, factors, turnOn, wait, now } = await open(t, engine)
      const { secret, codeNow } = await turnOn()
      assert.equal(await factors.use(id, await codeAt(secret, now() - 30_000)), undefined)
      wait(60_000)
      const earlier = await codeAt(secret, now() - 30_000)
      assert.deepEqual(await factors.use(id, await codeNow()), { kind: 'totp' })
      assert.equal(await factors.use(id, earlier), undefined)
    })

    test('a recovery code signs in once, also of many who show it at the same moment', async (t) => {
      const { id, factors, turnOn } = await open(t, engine)
      const { recoveryCodes } = await turnOn()
      const [one = '', other = ''] = recoveryCodes
      const used = await Promise.all(Array.from({ length: 10 }, () => factors.use(id, one)))
      assert.deepEqual(
        used.filter((found) => found !== undefined),
        [{ kind: 'recovery_code', left: 9 }],
      )
      assert.deepEqual(await factors.use(id, other.toUpperCase()), { kind: 'recovery_code', left: 8 })
      for (const wrong of ['', 'aaaaa-aaaaa', '\0', 'x'.repeat(32)])
        assert.equal(await factors.use(id, wrong), undefined)
    })

    test('recovery codes of one that was only begun do not sign in', async (t) => {
      const { id, email, factors } = await open(t, engine)
      const { recoveryCodes } = await factors.begin({ id, email })
      assert.equal(await factors.use(id, recoveryCodes[0] ?? ''), undefined)
    })

    test('the database holds neither the secret nor the codes', async (t) => {
      const { deps, turnOn } = await open(t, engine)
      const { secret, recoveryCodes } = await turnOn()
      const { db } = deps.database
      const factor = await db.selectFrom('secondFactors').selectAll().execute()
      const codes = await db.selectFrom('recoveryCodes').selectAll().execute()
      const stored = JSON.stringify([factor, codes])
      const plain = new TextDecoder().decode(base32.decode(secret))
      for (const word of [secret, plain, Buffer.from(plain).toString('base64url'), ...recoveryCodes])
        assert.ok(!stored.includes(word))
      for (const code of recoveryCodes) assert.ok(!stored.includes(code.replace('-', '')))
    })

    test('removed, it is gone with its codes', async (t) => {
      const { deps, users, id, factors, turnOn } = await open(t, engine)
      assert.equal(await factors.remove(id), false)
      await turnOn()
      assert.equal(await factors.remove(id), true)
      assert.equal((await users.get(id)).hasSecondFactor, false)
      assert.deepEqual(await deps.database.db.selectFrom('recoveryCodes').selectAll().execute(), [])
    })

    test('one that was made with another key of the platform says so', async (t) => {
      const { deps, id, turnOn, now } = await open(t, engine)
      const { secret } = await turnOn()
      const restored = secondFactorStore({ ...deps, keys: keysOf() })
      await assert.rejects(restored.use(id, await codeAt(secret, now())), /another key of the platform/)
    })
  })
