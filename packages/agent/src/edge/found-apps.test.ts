import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RouteTable } from '@berth/contract'
import { foundAll, misleads } from './found-apps.ts'

const told = (running: Record<string, string[]>) =>
  new Map(
    Object.entries(running).map(([service, ips]) => [service, { service, network: 'n', running: ips, passing: [] }]),
  )

test('all apps are found once each that runs somewhere is up here', () => {
  const services = told({ shop: ['10.0.1.5', '10.0.1.6'], blog: ['10.0.1.7'] })
  const up = (shop: number, blog: number) => [
    { name: 'shop', up: shop },
    { name: 'blog', up: blog },
  ]
  assert.equal(foundAll(up(1, 0), services), false)
  assert.equal(foundAll(up(1, 1), services), true)
})

test('an app of which nothing runs anywhere keeps nobody waiting', () => {
  const statuses = [
    { name: 'shop', up: 1 },
    { name: 'broken', up: 0 },
  ]
  assert.equal(foundAll(statuses, told({ shop: ['10.0.1.5'], broken: [] })), true)
  assert.equal(foundAll(statuses, told({ shop: ['10.0.1.5'] })), true)
})

test('without a word of the cluster nobody knows what is missing', () => {
  assert.equal(foundAll([{ name: 'shop', up: 1 }], undefined), false)
})

test('an old table misleads where an app has moved, stopped or gone, and not for what is new', () => {
  const table = (routes: Record<string, string | null>): RouteTable => ({
    backends: [],
    routes: Object.entries(routes).map(([host, backend]) => ({ host, app: host, backend })),
  })
  const served = table({ shop: 'shop-web-r1' })
  assert.equal(misleads(served, table({ shop: 'shop-web-r1', blog: 'blog-web-r1' })), false)
  assert.equal(misleads(served, table({ shop: 'shop-web-r2' })), true)
  assert.equal(misleads(served, table({ shop: null })), true)
  assert.equal(misleads(served, table({})), true)
})
