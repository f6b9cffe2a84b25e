import assert from 'node:assert/strict'
import { test } from 'node:test'
import { firstToOpen } from './first-to-open.ts'

const never = new AbortController().signal

/** Servers that open, fail, or say nothing until they are given up; `dialled` in order. */
function servers(kinds: Record<string, 'opens' | 'fails' | 'silent'>) {
  const dialled: string[] = []
  const givenUp: string[] = []
  const failed: string[] = []
  const open = (address: string, signal: AbortSignal) => {
    dialled.push(address)
    if (kinds[address] === 'opens') return Promise.resolve(`to ${address}`)
    if (kinds[address] === 'fails') return Promise.reject(new Error('refused'))
    return new Promise<string>((_, reject) => {
      signal.addEventListener('abort', () => {
        givenUp.push(address)
        reject(signal.reason)
      })
    })
  }
  const dial = (signal = never) =>
    firstToOpen(Object.keys(kinds), { open, onFailure: (address) => failed.push(address), headStartMs: 5 }, signal)
  return { dial, dialled, givenUp, failed }
}

test('takes the first that opens and asks no other', async () => {
  const { dial, dialled } = servers({ a: 'opens', b: 'opens' })
  assert.deepEqual(await dial(), { address: 'a', link: 'to a' })
  assert.deepEqual(dialled, ['a'])
})

test('one that is gone and says nothing is not waited for, and is given up', async () => {
  const { dial, givenUp, failed } = servers({ a: 'silent', b: 'fails', c: 'opens' })
  assert.deepEqual(await dial(), { address: 'c', link: 'to c' })
  assert.deepEqual([givenUp, failed], [['a'], ['b']])
})

test('of two that open at the same moment, one is kept and the other given up', async () => {
  const stops = new Map<string, AbortSignal>()
  const both = Promise.withResolvers<string>()
  const open = (address: string, signal: AbortSignal) => {
    stops.set(address, signal)
    if (address === 'b') both.resolve('now')
    return both.promise
  }
  const dialling = { open, onFailure: () => {}, headStartMs: 1 }
  assert.equal((await firstToOpen(['a', 'b'], dialling, never))?.address, 'a')
  assert.deepEqual([stops.get('a')?.aborted, stops.get('b')?.aborted], [false, true])
})

test('says of each why it did not open, where none does', async () => {
  const { dial, failed } = servers({ a: 'fails', b: 'fails' })
  assert.equal(await dial(), undefined)
  assert.deepEqual(failed, ['a', 'b'])
})

test('an agent that stops gives up all', async () => {
  const stop = new AbortController()
  const { dial, givenUp } = servers({ a: 'silent', b: 'silent' })
  const outcome = dial(stop.signal)
  stop.abort()
  assert.equal(await outcome, undefined)
  assert.ok(givenUp.includes('a'))
})
