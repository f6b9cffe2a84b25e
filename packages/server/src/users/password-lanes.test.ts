import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Lane, passwordLanes } from './password-lanes.ts'

/** Work that ends when it is told to, and says how much of it goes on at once. */
const controlled = () => {
  const open: (() => void)[] = []
  let most = 0
  const work = () =>
    new Promise<void>((resolve) => {
      open.push(resolve)
      most = Math.max(most, open.length)
    })
  const endOne = async () => {
    open.shift()?.()
    await new Promise(setImmediate)
  }
  return { work, endOne, most: () => most }
}

test('one of those who are known and one stranger at a time', async () => {
  const { work, endOne, most } = controlled()
  const lanes = passwordLanes()
  const lane: Lane[] = ['stranger', 'stranger', 'known', 'known', 'stranger']
  const done = Promise.all(lane.map((one) => lanes.run(one, work)))
  for (let ended = 0; ended < 5; ended++) {
    await new Promise(setImmediate)
    await endOne()
  }
  await done
  assert.equal(most(), 2)
})

test('a thousand strangers are refused at once, and those who are known are not', async () => {
  const { work, endOne } = controlled()
  const lanes = passwordLanes({ maxWaiting: 3 })
  const strangers = Array.from({ length: 1_000 }, () => lanes.run('stranger', work))
  const outcomes = Promise.allSettled(strangers)
  const known = lanes.run('known', async () => 'let in')
  assert.equal(await known, 'let in')
  for (let ended = 0; ended < 4; ended++) {
    await new Promise(setImmediate)
    await endOne()
  }
  const refused = (await outcomes).flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
  assert.equal(refused.length, 996)
  assert.ok(refused.every(({ code, hint }) => code === 'rate_limited' && /^Try again in \d+ s$/.test(hint)))
})

test('work that fails makes way for the next', async () => {
  const lanes = passwordLanes()
  const failing = lanes.run('known', async () => {
    throw new Error('no')
  })
  const next = lanes.run('known', async () => 'done')
  await assert.rejects(failing, /no/)
  assert.equal(await next, 'done')
})
