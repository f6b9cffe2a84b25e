import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Backend } from '@berth/contract'
import { parseStat } from '../edge/haproxy-answers.ts'
import { compare, continued } from './differences.ts'

const shop: Backend = {
  name: 'shop-web-r1',
  network: 'n',
  port: 80,
  healthPath: '/',
  replayUnsafeRequests: false,
  slots: 8,
}
const header = '# pxname,svname,status,check_status,last_chk,addr,'
const rows = (...lines: string[]) => parseStat([header, ...lines.map((line) => `shop-web-r1,${line}`)].join('\n'))
const told = (running: string[], passing: string[] = []) =>
  new Map([['shop-web-r1', { service: 'shop-web-r1', network: 'n', running, passing }]])
const up = 'i1,UP,L7OK,,10.0.1.5:80,'

test('an edge that knows exactly the instances differs in nothing, whatever their checks say', () => {
  const seen = rows('BACKEND,UP,,,,', up, 'i2,DOWN,L7STS,,10.0.1.6:80,', 'i3,MAINT (resolution),,,,')
  assert.deepEqual(compare([shop], seen, told(['10.0.1.5', '10.0.1.6'])), { differences: [], unreachable: [] })
})

test('an instance that is not there, or that gets no requests on purpose, is missing', () => {
  const seen = rows(up, 'i2,DRAIN,L7OK,,10.0.1.6:80,')
  assert.deepEqual(
    compare([shop], seen, told(['10.0.1.5', '10.0.1.6', '10.0.1.7'])).differences.map(({ kind, address }) => [
      kind,
      address,
    ]),
    [
      ['missing', '10.0.1.6'],
      ['missing', '10.0.1.7'],
    ],
  )
})

test('an address that is no instance is a ghost, and one that starts or stops is neither', () => {
  const seen = rows(up, 'i2,UP,L7OK,,10.0.1.6:80,', 'i3,UP,L7OK,,10.0.1.7:80,')
  assert.deepEqual(compare([shop], seen, told(['10.0.1.5'], ['10.0.1.6', '10.0.1.8'])).differences, [
    { kind: 'ghost', backend: 'shop-web-r1', address: '10.0.1.7' },
  ])
})

test('an instance that cannot be connected to is told, and whether it refused', () => {
  const seen = rows(
    'i1,DOWN,L4TOUT,,10.0.1.5:80,',
    'i2,DOWN,* L4CON,Connection refused,10.0.1.6:80,',
    'i3,UP 1/2,L4TOUT,,10.0.1.7:80,',
  )
  const { unreachable } = compare([shop], seen, told(['10.0.1.5', '10.0.1.6', '10.0.1.7']))
  assert.deepEqual(
    unreachable.map(({ address, isRefused }) => [address, isRefused]),
    [
      ['10.0.1.5', false],
      ['10.0.1.6', true],
    ],
  )
})

test('what goes on has begun when it began, and what ended has not been', () => {
  const first = continued(new Map(), ['a', 'b'], 1_000)
  const second = continued(first, ['b', 'c'], 2_000)
  assert.deepEqual(
    [...second],
    [
      ['b', 1_000],
      ['c', 2_000],
    ],
  )
  assert.deepEqual([...continued(second, ['a'], 3_000)], [['a', 3_000]])
})
