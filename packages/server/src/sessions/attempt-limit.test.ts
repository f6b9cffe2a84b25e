import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PlatformError } from '@berth/contract'
import { attemptLimit, type Contender, networkOf } from './attempt-limit.ts'

const fail = async () => {
  throw new PlatformError('sign_in_failed', 'wrong')
}
const succeed = async () => 'in'
const stranger = (address: string, email = 'ada@example.org'): Contender => ({ kind: 'stranger', address, email })
const known = (address: string, email = 'ada@example.org'): Contender => ({ kind: 'known', address, email })

const createLimit = () => {
  let nowMs = 0
  const limit = attemptLimit({ now: () => nowMs })
  const outcome = (by: Contender, work: () => Promise<unknown>) =>
    limit.run(by, work).then(
      () => 'done',
      (error) => error.code,
    )
  const failTimes = async (times: number, by: (at: number) => Contender) => {
    for (let at = 0; at < times; at++) await outcome(by(at), fail)
  }
  return { limit, outcome, failTimes, wait: (ms: number) => (nowMs += ms) }
}

test('an address that fails with many e-mails must wait, another address need not', async () => {
  const { outcome, failTimes } = createLimit()
  await failTimes(11, (at) => stranger('192.0.2.1', `${at}@example.org`))
  assert.equal(await outcome(stranger('192.0.2.1'), succeed), 'rate_limited')
  assert.equal(await outcome(stranger('192.0.2.2'), succeed), 'done')
})

test('an e-mail that many addresses fail with must wait from new addresses, five minutes at most', async () => {
  const { outcome, failTimes, wait } = createLimit()
  for (let round = 0; round < 40; round++) {
    await failTimes(1, () => stranger(`192.0.2.${round}`))
    wait(300_000)
  }
  await failTimes(1, () => stranger('192.0.2.50'))
  wait(299_000)
  assert.equal(await outcome(stranger('192.0.2.51'), succeed), 'rate_limited')
  wait(1_000)
  assert.equal(await outcome(stranger('192.0.2.51'), succeed), 'done')
})

test('nobody elsewhere locks out who is back at an address where they signed in before', async () => {
  const { outcome, failTimes } = createLimit()
  await failTimes(100, (at) => stranger(`192.0.2.${at}`))
  await failTimes(100, (at) => stranger('198.51.100.1', `${at}@example.org`))
  assert.equal(await outcome(known('198.51.100.1'), succeed), 'done')
})

test('even at an address that is known, guessing is slowed down', async () => {
  const { outcome, failTimes } = createLimit()
  await failTimes(11, () => known('198.51.100.1'))
  assert.equal(await outcome(known('198.51.100.1'), succeed), 'rate_limited')
  assert.equal(await outcome(known('198.51.100.1', 'bob@example.org'), succeed), 'done')
})

test('one good sign-in does not pay for more guesses from the same address', async () => {
  const { outcome, failTimes } = createLimit()
  await failTimes(10, (at) => stranger('192.0.2.1', `${at}@example.org`))
  assert.equal(await outcome(stranger('192.0.2.1', 'own@example.org'), succeed), 'done')
  await failTimes(1, () => stranger('192.0.2.1', 'x@example.org'))
  assert.equal(await outcome(stranger('192.0.2.1'), succeed), 'rate_limited')
})

test('a thousand tries at once are no more than a few', async () => {
  const { limit } = createLimit()
  let tried = 0
  const tries = Array.from({ length: 1_000 }, () =>
    limit.run(stranger('192.0.2.1'), async () => {
      tried += 1
      await new Promise(setImmediate)
      return fail()
    }),
  )
  const outcomes = await Promise.allSettled(tries)
  assert.equal(tried, 4)
  assert.ok(outcomes.every(({ status }) => status === 'rejected'))
})

test('what is neither right nor wrong does not count', async () => {
  const { outcome } = createLimit()
  const needsCode = async () => {
    throw new PlatformError('code_required', 'code?')
  }
  for (let at = 0; at < 50; at++) assert.equal(await outcome(stranger('192.0.2.1'), needsCode), 'code_required')
  assert.equal(await outcome(stranger('192.0.2.1'), succeed), 'done')
})

test('codes are few, so that after five wrong ones the wait grows to a quarter of an hour', async () => {
  const { limit, outcome, failTimes, wait } = createLimit()
  const code: Contender = { kind: 'code', email: 'ada@example.org' }
  for (let round = 0; round < 20; round++) {
    await failTimes(1, () => code)
    wait(900_000)
  }
  await failTimes(1, () => code)
  await assert.rejects(limit.run(code, succeed), { code: 'rate_limited', hint: 'Try again in 900 s' })
  assert.equal(await outcome({ ...code, address: '198.51.100.1' }, succeed), 'done')
})

test('who has stolen a session cannot guess the password by changing addresses', async () => {
  const { outcome, failTimes } = createLimit()
  await failTimes(6, () => ({ kind: 'user', userId: 'ada' }))
  assert.equal(await outcome({ kind: 'user', userId: 'ada' }, succeed), 'rate_limited')
})

test('an IPv6 network counts as one address', () => {
  const networks: [address: string, network: string][] = [
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:2::6', '2001:db8:1:2::/64'],
    ['2001:db8::6', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
  ]
  for (const [address, network] of networks) assert.equal(networkOf(address), network, address)
})
