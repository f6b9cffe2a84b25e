import assert from 'node:assert/strict'
import { test } from 'node:test'
import { looks } from './state-looks.ts'

for (const [name, ofOne] of Object.entries(looks)) {
  test(`the states of a ${name} differ in word and in shape, so that colour is never all`, () => {
    const all = Object.values(ofOne)
    assert.equal(new Set(all.map(({ word }) => word)).size, all.length)
    assert.equal(new Set(all.map(({ shape }) => shape)).size, all.length)
  })
}
