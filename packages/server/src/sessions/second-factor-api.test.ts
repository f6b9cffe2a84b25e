import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { codeAt } from './second-factor-store.suite.ts'
import { adminEmail, oneTimePassword, startIdentity } from './test-identity.ts'

/** The platform with an admin whose second factor is on; the clock stands still but for `wait`. */
async function startWithSecondFactor(t: TestContext) {
  t.mock.timers.enable({ apis: ['Date'], now: Date.parse('2030-01-02T03:04:05Z') })
  const identity = await startIdentity(t)
  const wait = (ms: number) => t.mock.timers.tick(ms)
  const ada = identity.browser()
  await ada.signIn(oneTimePassword)
  const begun = await ada.call('POST', '/v1/me/second-factor', { body: { password: oneTimePassword } })
  const { secret, recoveryCodes } = begun.body
  const codeNow = () => codeAt(secret, Date.now())
  const confirm = async (code: string) => ada.call('POST', '/v1/me/second-factor/confirm', { body: { code } })
  const countSessions = async () => (await identity.db.selectFrom('sessions').select('id').execute()).length
  return { ...identity, ada, begun, secret, recoveryCodes, codeNow, confirm, wait, countSessions }
}

test('it is on once a code was confirmed, and signing in then needs one', async (t) => {
  const { browser, begun, codeNow, confirm, wait, countSessions } = await startWithSecondFactor(t)
  assert.match(begun.body.uri, /^otpauth:\/\/totp\/Berth:ada%40example.org\?secret=[A-Z2-7]{40}&/)
  assert.equal((await confirm('000000')).body.code, 'code_invalid')
  assert.equal((await browser().signIn(oneTimePassword)).status, 200)
  assert.deepEqual((await confirm(await codeNow())).body.hasSecondFactor, true)
  assert.equal((await confirm(await codeNow())).body.code, 'conflict')
  const before = await countSessions()

  const asked = await browser().signIn(oneTimePassword)
  assert.deepEqual([asked.status, asked.body.code, asked.setCookie], [401, 'code_required', undefined])
  assert.equal((await browser().signIn('wrong')).body.code, 'sign_in_failed')
  assert.equal((await browser().signIn('wrong', { code: await codeNow() })).body.code, 'sign_in_failed')
  assert.equal((await browser().signIn(oneTimePassword, { code: '000000' })).body.code, 'code_invalid')
  assert.equal(await countSessions(), before)

  wait(30_000)
  const signedIn = await browser().signIn(oneTimePassword, { code: await codeNow() })
  assert.deepEqual([signedIn.status, signedIn.body.hasSecondFactor], [200, true])
})

test('a code that was seen once does not sign in again, also not at the same moment', async (t) => {
  const { browser, codeNow, confirm, wait, countSessions } = await startWithSecondFactor(t)
  await confirm(await codeNow())
  assert.equal((await browser().signIn(oneTimePassword, { code: await codeNow() })).body.code, 'code_invalid')
  wait(30_000)
  const code = await codeNow()
  const before = await countSessions()
  const answers = await Promise.all([1, 2, 3].map(() => browser().signIn(oneTimePassword, { code })))
  assert.deepEqual(answers.map(({ status }) => status).toSorted(), [200, 401, 401])
  assert.equal(await countSessions(), before + 1)
  assert.equal((await browser().signIn(oneTimePassword, { code })).body.code, 'code_invalid')
})

test('each recovery code signs in once, and its use is written down', async (t) => {
  const { browser, codeNow, confirm, recoveryCodes, activities } = await startWithSecondFactor(t)
  await confirm(await codeNow())
  const [code] = recoveryCodes
  assert.equal((await browser().signIn(oneTimePassword, { code })).status, 200)
  assert.equal((await browser().signIn(oneTimePassword, { code })).body.code, 'code_invalid')
  const rows = (await activities()).filter(({ kind }) => kind === 'recovery_code_used')
  assert.deepEqual(
    rows.map(({ detail }) => detail),
    ['9 left'],
  )
})

test('codes cannot be guessed by who knows the password, and the owner still comes in', async (t) => {
  const { browser, codeNow, confirm, wait } = await startWithSecondFactor(t)
  await confirm(await codeNow())
  wait(30_000)
  const codes = []
  for (let guess = 0; guess < 8; guess++) {
    const thief = browser({ address: `203.0.113.${guess}` })
    codes.push((await thief.signIn(oneTimePassword, { code: String(guess).padStart(6, '0') })).body.code)
  }
  assert.deepEqual(codes.slice(0, 6), Array(6).fill('code_invalid'))
  assert.deepEqual(codes.slice(6), ['rate_limited', 'rate_limited'])
  assert.equal((await browser().signIn(oneTimePassword, { code: await codeNow() })).status, 200)
})

test('taking it away needs the password', async (t) => {
  const { ada, browser, codeNow, confirm, activities } = await startWithSecondFactor(t)
  await confirm(await codeNow())
  const remove = (password: string) => ada.call('POST', '/v1/me/second-factor/remove', { body: { password } })
  assert.equal((await remove('wrong')).body.code, 'sign_in_failed')
  assert.equal((await remove(oneTimePassword)).body.hasSecondFactor, false)
  assert.equal((await browser().signIn(oneTimePassword)).status, 200)
  const kinds = (await activities()).map(({ kind }) => kind)
  assert.deepEqual(kinds.slice(0, 3), ['signed_in', 'second_factor_removed', 'second_factor_added'])
  assert.equal(kinds.filter((kind) => kind === 'second_factor_removed').length, 1)
  assert.equal(adminEmail, (await ada.call('GET', '/v1/whoami')).body.email)
})
