import assert from 'node:assert/strict'
import { test } from 'node:test'
import { wayBack } from './way-back.ts'

test('leads back to the page that was asked for', () => {
  assert.equal(wayBack('/apps/shop/logs?instance=1'), '/apps/shop/logs?instance=1')
})

for (const back of [
  undefined,
  '',
  'https://evil.example',
  '//evil.example',
  '/\\evil.example',
  'javascript:alert(1)',
  '/\t/x',
  '/sign-in?back=/',
]) {
  test(`never leads elsewhere: ${JSON.stringify(back)}`, () => assert.equal(wayBack(back), '/'))
}
