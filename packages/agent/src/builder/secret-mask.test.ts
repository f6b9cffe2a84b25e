import assert from 'node:assert/strict'
import { test } from 'node:test'
import { secretMask } from './secret-mask.ts'

test('a secret is taken out wherever it stands', () => {
  const mask = secretMask({ TOKEN: 's3cret' })
  assert.equal(mask('curl -H "Authorization: s3cret" s3cret'), 'curl -H "Authorization: ***" ***')
})

test('each line of a secret is one, since logs are told in lines', () => {
  const mask = secretMask({ KEY: '-----BEGIN-----\nabcdef\n-----END-----\n' })
  assert.equal(mask('abcdef'), '***')
})

test('a secret that is part of another leaves nothing of the longer one', () => {
  assert.equal(secretMask({ A: 'pass', B: 'password' })('my password'), 'my ***')
})

test('what could be any word is left alone', () => {
  assert.equal(secretMask({ A: '1', B: '' })('step 1 of 11'), 'step 1 of 11')
})
