import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chooseAddressPool, overlaps } from './address-pool.ts'
import { parseRoutes } from './own-routes.ts'

test('takes the first pool on a machine whose networks are elsewhere', () => {
  assert.equal(chooseAddressPool(['172.17.0.0/16', '192.0.2.0/24']), '10.64.0.0/10')
})

test('goes round a network that the machine uses, be it smaller or larger than the pool', () => {
  assert.equal(chooseAddressPool(['10.64.3.0/24', '10.130.0.1/32']), '10.192.0.0/10')
  assert.equal(chooseAddressPool(['10.0.0.0/8']), '172.16.0.0/12')
})

test('finds none when all private space is in use', () => {
  assert.equal(chooseAddressPool(['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16']), undefined)
})

test('blocks overlap when one holds the other, in either order', () => {
  assert.equal(overlaps('10.0.0.0/8', '10.1.0.0/16'), true)
  assert.equal(overlaps('10.1.0.0/16', '10.0.0.0/8'), true)
  assert.equal(overlaps('10.1.0.0/16', '10.2.0.0/16'), false)
})

test('reads subnets from the kernel’s table and leaves out the default route', () => {
  const table = `Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0
docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0
eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
`
  assert.deepEqual(parseRoutes(table), ['172.17.0.0/16', '192.0.2.0/24'])
})
