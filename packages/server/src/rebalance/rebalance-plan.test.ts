import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ServiceFacts } from '../relocations/relocation-facts.ts'
import { aServiceOn, factsOf } from '../relocations/some-facts.ts'
import { planRebalance } from './rebalance-plan.ts'

const movesOf = (services: ServiceFacts[], change: Parameters<typeof factsOf>[1] = {}) =>
  planRebalance(factsOf(services, change)).moves.map(({ app, from, to }) => `${app} ${from.at(-1)}>${to.at(-1)}`)
const without = (id: string) =>
  factsOf([]).machines.map((machine) => (machine.id === id ? { ...machine, isSchedulable: false } : machine))

test('a service that is uneven gives from where most are to where fewest are', () => {
  assert.deepEqual(movesOf([aServiceOn('shop', [3, 3, 0])]), ['shop a>c', 'shop b>c'])
  assert.deepEqual(movesOf([aServiceOn('shop', [6, 0, 0])]), ['shop a>b', 'shop a>c', 'shop a>b', 'shop a>c'])
})

test('what is as even as it can be is left alone', () => {
  assert.deepEqual(movesOf([aServiceOn('shop', [2, 2, 1]), aServiceOn('blog', [0, 0, 1])]), [])
})

test('many apps with one instance each are spread over the machines, too', () => {
  const apps = ['p', 'q', 'r', 's', 't', 'u'].map((app) => aServiceOn(app, [1]))
  const moves = movesOf(apps)
  assert.equal(moves.length, 4)
  assert.equal(moves.filter((move) => move.endsWith('a>b')).length, 2)
})

test('the fullest machine gives first', () => {
  const services = [aServiceOn('blog', [0, 2, 0]), aServiceOn('shop', [3, 1, 0]), aServiceOn('wiki', [1, 0, 0])]
  assert.deepEqual(movesOf(services)[0], 'shop a>c')
})

test('one that would make things no better is not moved', () => {
  assert.deepEqual(movesOf([aServiceOn('p', [1]), aServiceOn('q', [0, 1])]), [])
})

test('nothing goes to a machine without room, or to one that takes no instances', () => {
  const resources = { reservedMemoryBytes: 4 * 1024 ** 3 }
  const reserved = { c: { cpuMillis: 0, memoryBytes: 6 * 1024 ** 3 } }
  assert.deepEqual(movesOf([aServiceOn('shop', [2, 2, 0], { resources })], { reserved }), [])
  assert.deepEqual(movesOf([aServiceOn('shop', [2, 2, 0])], { machines: without('c') }), [])
})

test('instances on a machine that is cordoned stay there', () => {
  assert.deepEqual(movesOf([aServiceOn('shop', [3, 0, 0])], { machines: without('a') }), [])
})

test('the new instance is kept off machines that have none, but for the one it is meant for', () => {
  const { moves } = planRebalance(factsOf([aServiceOn('p', [1]), aServiceOn('q', [1])]))
  assert.deepEqual(
    moves.map(({ way, closed }) => [way, closed]),
    [['leave', ['c']]],
  )
})

test('apps that are being deployed or are not up are skipped, with the reason', () => {
  const { moves, skipped } = planRebalance(
    factsOf([
      aServiceOn('shop', [3], { isDeploying: true }),
      aServiceOn('blog', [2], { up: 0 }),
      aServiceOn('even', [1, 1, 1], { isDeploying: true }),
    ]),
  )
  assert.deepEqual(moves, [])
  assert.deepEqual(skipped, [
    { app: 'shop', service: 'web', reason: 'it is being deployed' },
    { app: 'blog', service: 'web', reason: 'none of its instances is up' },
  ])
})

test('nothing goes to a machine without the labels that a service needs', () => {
  const ssd: Record<string, string> = { disk: 'ssd' }
  const labelled = factsOf([]).machines.map((machine) => ({ ...machine, labels: machine.id === 'c' ? {} : ssd }))
  const placement = { on: { disk: 'ssd' }, spread: null }
  assert.deepEqual(movesOf([aServiceOn('shop', [2, 0, 0], { placement })], { machines: labelled }), ['shop a>b'])
  assert.deepEqual(movesOf([aServiceOn('shop', [1, 1, 0], { placement })], { machines: labelled }), [])
})

test('a service that the engine spreads over a label is left to it', () => {
  const { moves, skipped } = planRebalance(
    factsOf([aServiceOn('shop', [3], { placement: { on: {}, spread: 'zone' } })]),
  )
  assert.deepEqual(moves, [])
  assert.deepEqual(skipped, [{ app: 'shop', service: 'web', reason: 'it is spread over the label zone' }])
})
