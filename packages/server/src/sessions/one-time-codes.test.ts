import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeTotp, newRecoveryCodes, newTotpSecret, plainRecoveryCode, stepOfCode } from './one-time-codes.ts'

/** RFC 6238, appendix B, SHA-1, the last six digits. */
const published: [atSeconds: number, code: string][] = [
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_234_567_890, '005924'],
  [20_000_000_000, '353130'],
]

test('codes are those of RFC 6238', async () => {
  for (const [atSeconds, code] of published) {
    assert.equal(await stepOfCode('12345678901234567890', code, atSeconds * 1000), Math.floor(atSeconds / 30))
  }
})

test('a code counts one step early and one step late, as the step that it belongs to', async () => {
  const [[atSeconds, code] = [0, '']] = published
  const step = Math.floor(atSeconds / 30)
  const at = (steps: number) => stepOfCode('12345678901234567890', code, (atSeconds + 30 * steps) * 1000)
  assert.deepEqual(await Promise.all([-2, -1, 0, 1, 2].map(at)), [undefined, step, step, step, undefined])
  for (const wrong of ['000000', '', '28708', '2870820', '２８７０８２']) {
    assert.equal(await stepOfCode('12345678901234567890', wrong, atSeconds * 1000), undefined, wrong)
  }
})

test('an authenticator gets a secret of base32 and a link with the e-mail', () => {
  const { uri, secret } = describeTotp(newTotpSecret(), 'ada+x@example.org')
  assert.match(secret, /^[A-Z2-7]{40}$/)
  const link = new URL(uri)
  assert.equal(link.searchParams.get('secret'), secret)
  assert.equal(link.searchParams.get('issuer'), 'Berth')
  assert.equal(decodeURIComponent(link.pathname), '/Berth:ada+x@example.org')
})

test('ten recovery codes, easy to read and the same however they are typed', () => {
  const codes = newRecoveryCodes()
  assert.equal(new Set(codes).size, 10)
  for (const code of codes) {
    assert.match(code, /^[2-9a-km-z]{5}-[2-9a-km-z]{5}$/)
    assert.doesNotMatch(code, /[lo]/)
    assert.equal(plainRecoveryCode(` ${code.toUpperCase().replace('-', ' ')} `), plainRecoveryCode(code))
  }
})
