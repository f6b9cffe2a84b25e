import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readConfig } from './config.ts'

test('a port that is none, or that Berth needs for something else, is refused before anything is changed', () => {
  for (const port of ['abc', '0', '70000', '8e1']) {
    assert.throws(() => readConfig({ BERTH_HTTP_PORT: port }), /BERTH_HTTP_PORT: use a port from 1 to 65535/)
  }
  assert.throws(() => readConfig({ BERTH_HTTP_PORT: '5000' }), /BERTH_HTTP_PORT: use a port other than 5000/)
})

test('a variable that is set to nothing is as good as none', () => {
  assert.equal(readConfig({ BERTH_HTTP_PORT: '' }).httpPort, undefined)
  assert.equal(readConfig({ BERTH_HTTP_PORT: '8081' }).httpPort, 8081)
})
