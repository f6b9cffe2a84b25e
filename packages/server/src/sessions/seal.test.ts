import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { identityKeys, keyedHash, seal, unseal } from './seal.ts'
import { newCaKey } from './test-identity.ts'

test('the same CA key gives the same keys however its text is written, another gives others', () => {
  const pem = newCaKey()
  const keys = identityKeys(pem)
  assert.deepEqual(identityKeys(`${pem.replaceAll('\n', '\r\n')}\n`), keys)
  const all = [keys, identityKeys(newCaKey())].flatMap((one) => Object.values(one).map(String))
  assert.equal(new Set(all).size, all.length)
})

test('what is sealed is opened with its key and for its owner only, and not when it was changed', () => {
  const key = randomBytes(32)
  const sealed = seal('secret', { key, owner: 'ada' })
  assert.ok(!sealed.includes(Buffer.from('secret').toString('base64url')))
  assert.notEqual(seal('secret', { key, owner: 'ada' }), sealed)
  assert.equal(unseal(sealed, { key, owner: 'ada' }), 'secret')
  assert.equal(unseal(sealed, { key, owner: 'bob' }), undefined)
  assert.equal(unseal(sealed, { key: randomBytes(32), owner: 'ada' }), undefined)
  const [nonce = '', tag = '', text = ''] = sealed.split('.')
  for (const changed of [`${nonce}.${tag.slice(0, 6)}.${text}`, `${nonce}.${tag}.AAAAAAAA`, 'x', '', '..']) {
    assert.equal(unseal(changed, { key, owner: 'ada' }), undefined, changed)
  }
})

test('a keyed hash depends on the key', () => {
  assert.notEqual(keyedHash('code', randomBytes(32)), keyedHash('code', randomBytes(32)))
})
