import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findFlaws, isOlder } from './known-flaws.ts'

const refusals = (version: string) => findFlaws(version).map(({ refused }) => refused)

test('engines without known flaws are simply taken', () => {
  for (const version of ['20.10.24+dfsg1', '26.1.5+dfsg1', '27.5.1', '28.1.1', '28.3.0', '28.5.2'])
    assert.deepEqual(refusals(version), [], version)
})

test('engines whose machines do not find each other are refused where there are several', () => {
  for (const version of ['28.2.0', '28.2.2']) assert.deepEqual(refusals(version), ['together'], version)
})

test('engines that cut connections are refused everywhere', () => {
  for (const version of ['29.0.0', '29.1.0', '29.1.5']) assert.deepEqual(refusals(version), ['always'], version)
})

test('flaws that Berth copes with are told and nothing more', () => {
  assert.deepEqual(refusals('29.2.1'), ['never'])
  assert.deepEqual(refusals('29.5.0'), ['never', 'never'])
  assert.deepEqual(refusals('29.8.0'), ['never', 'never'])
  assert.deepEqual(refusals('29.9.0'), ['never'])
})

test('versions compare as numbers, whatever a distribution adds', () => {
  assert.equal(isOlder('20.9.0', '20.10.0'), true)
  assert.equal(isOlder('20.10.0', '20.10.0'), false)
  assert.equal(isOlder('28.2.2-0ubuntu1~24.04.1', '28.3.0'), true)
  assert.equal(isOlder('1:26.1.5+dfsg1-9', '20.10.0'), false)
  assert.equal(isOlder('29.0.0-rc.1', '29.2.0'), true)
})
