import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseListeningPorts } from './listening-ports.ts'

const header = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n'
const rest = '00000000:00000000 00:00000000 00000000     0        0 1678 1 0000000029eb6c28 100 0 0 10 0'
const table = (...sockets: [local: string, state: string][]) =>
  header + sockets.map(([local, state], at) => `   ${at}: ${local} 00000000:0000 ${state} ${rest}\n`).join('')

const any6 = '00000000000000000000000000000000'
const loopback6 = '00000000000000000000000001000000'
const mappedLoopback = '0000000000000000FFFF00000100007F'

test('tells what is reachable from what only the instance itself can reach', () => {
  assert.deepEqual(parseListeningPorts(table(['00000000:1F90', '0A'], ['0100007F:0BB8', '0A'])), {
    listeningPorts: [8080],
    loopbackPorts: [3000],
  })
})

test('reads IPv6, loopback in both its forms included', () => {
  const tcp6 = table([`${any6}:0050`, '0A'], [`${loopback6}:0BB8`, '0A'], [`${mappedLoopback}:0BB9`, '0A'])
  assert.deepEqual(parseListeningPorts(table(), tcp6), { listeningPorts: [80], loopbackPorts: [3000, 3001] })
})

test('a port that is open both ways is reachable, and is named once', () => {
  const ports = parseListeningPorts(
    table(['0100007F:0050', '0A'], ['00000000:0050', '0A']),
    table([`${any6}:0050`, '0A']),
  )
  assert.deepEqual(ports, { listeningPorts: [80], loopbackPorts: [] })
})

test('connections are no listeners', () => {
  assert.deepEqual(parseListeningPorts(table(['020200C0:E768', '01'], ['020200C0:E770', '06'])), {
    listeningPorts: [],
    loopbackPorts: [],
  })
})

test('the resolver that the engine puts at 127.0.0.11 is none of the instance', () => {
  assert.deepEqual(parseListeningPorts(table(['0B00007F:9C41', '0A'])), { listeningPorts: [], loopbackPorts: [] })
})

test('files that are gone are as good as empty ones', () => {
  assert.deepEqual(parseListeningPorts('', ''), { listeningPorts: [], loopbackPorts: [] })
})
