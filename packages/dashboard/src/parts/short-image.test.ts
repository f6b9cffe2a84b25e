import assert from 'node:assert/strict'
import { test } from 'node:test'
import { shortImage } from './short-image.ts'

test('a digest is cut, and nothing else of a name', () => {
  assert.equal(
    shortImage(`127.0.0.1:5000/shop@sha256:${'0123456789abcdef'.repeat(4)}`),
    '127.0.0.1:5000/shop@sha256:0123456789ab…',
  )
  assert.equal(shortImage('nginx:stable'), 'nginx:stable')
})
