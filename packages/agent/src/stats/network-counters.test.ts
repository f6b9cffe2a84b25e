import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseInstanceNetwork, parseMachineNetwork } from './network-counters.ts'

const head = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
`
const line = (name: string, received: number, sent: number) =>
  `${name.padStart(6)}: ${received} 9 0 1 0 0 0 0 ${sent} 7 0 2 0 0 0 0\n`

test('a machine counts its own way to the world, and no byte twice on its way to an instance', () => {
  const inner = [
    'lo',
    'docker0',
    'docker_gwbridge',
    'br-2a70de1d1c5b',
    'vethde65f4e',
    'ifb0',
    'bond0',
    'eth0.10',
    'wg0',
  ]
  const text = head + line('eth0', 1000, 20) + line('enp3s0', 500, 5) + inner.map((name) => line(name, 7, 7)).join('')
  assert.deepEqual(parseMachineNetwork(text), { receivedBytes: 1500, sentBytes: 25 })
})

test('an instance counts all its networks and not what it says to itself', () => {
  const text = head + line('lo', 99, 99) + line('eth0', 41_886, 26_869) + line('eth1', 866, 0)
  assert.deepEqual(parseInstanceNetwork(text), { receivedBytes: 42_752, sentBytes: 26_869 })
})

test('reads a figure that stands right after its colon, as long ones do', () => {
  const text = `${head}  eth0:7268294150000   18671    0    0    0     0          0         0 1592769   12744    0    0    0     0       0          0\n`
  assert.deepEqual(parseMachineNetwork(text), { receivedBytes: 7_268_294_150_000, sentBytes: 1_592_769 })
})
