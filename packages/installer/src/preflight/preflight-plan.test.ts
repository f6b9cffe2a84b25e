import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseOsRelease } from './facts.ts'
import { parseSockets } from './listeners.ts'
import {
  type EngineFacts,
  type MachineFacts,
  type PreflightFacts,
  planPreflight,
  planWarnings,
} from './preflight-plan.ts'

const GiB = 1024 ** 3
const machine: MachineFacts = {
  isRoot: true,
  hasApt: true,
  osName: 'Debian GNU/Linux 12',
  freeDiskBytes: 20 * GiB,
  memoryBytes: 2 * GiB,
  listeners: [],
}
const engine: EngineFacts = {
  version: '20.10.24+dfsg1',
  swarm: 'inactive',
  isInstalled: false,
  memoryBytes: 2 * GiB,
  publishedPorts: [],
}
const listener = (port: number, more = {}) => ({
  protocol: 'tcp' as const,
  address: '0.0.0.0',
  port,
  process: 'nginx (process 7)',
  ...more,
})
const problems = (facts: Partial<PreflightFacts>) =>
  planPreflight({ httpPort: 80, machine, engine, ...facts }).map(({ message }) => message)

test('a fresh Debian machine is fine, with an engine and without one', () => {
  assert.deepEqual(problems({}), [])
  assert.deepEqual(problems({ engine: undefined }), [])
})

test('everything that is wrong is said at once', () => {
  const listeners = [listener(80)]
  const found = problems({
    machine: { ...machine, isRoot: false, freeDiskBytes: GiB, listeners },
    engine: { ...engine, version: '19.03.15', memoryBytes: GiB / 2 },
  })
  assert.deepEqual(found, [
    'You are not root',
    'Only 1 GiB of disk are free; Berth needs 5 GiB',
    'The machine has 512 MiB of memory',
    'The engine is Docker 19.03.15',
    'Port 80/tcp (http) is taken by nginx (process 7)',
  ])
})

test('without an engine, a system without apt is told to install one', () => {
  const alpine = { ...machine, hasApt: false, osName: 'Alpine Linux' }
  assert.match(problems({ machine: alpine, engine: undefined })[0] ?? '', /on Alpine Linux it cannot be installed/)
  assert.deepEqual(problems({ machine: alpine }), [])
})

test('engine versions compare as numbers', () => {
  for (const version of ['20.10.0', '23.0.1', '29.5.2'])
    assert.deepEqual(problems({ engine: { ...engine, version } }), [])
  for (const version of ['1.13.1', '18.09.1', '20.9.0'])
    assert.equal(problems({ engine: { ...engine, version } }).length, 1)
})

test('an engine that cuts connections is refused with the reason, unless Berth runs on it already', () => {
  const flawed = { ...engine, version: '29.1.3' }
  assert.match(problems({ engine: flawed })[0] ?? '', /Docker 29\.1\.3: it cuts connections/)
  const installed = { ...flawed, isInstalled: true }
  assert.deepEqual(problems({ engine: installed }), [])
  assert.match(planWarnings({ httpPort: 80, machine, engine: installed })[0] ?? '', /cuts connections/)
})

test('an engine that fails only among several machines is told of and taken', () => {
  const flawed = { ...engine, version: '28.2.2' }
  assert.deepEqual(problems({ engine: flawed }), [])
  assert.match(
    planWarnings({ httpPort: 80, machine, engine: flawed })[0] ?? '',
    /with several machines .* better: 28\.5\.2/,
  )
  assert.deepEqual(planWarnings({ httpPort: 80, machine, engine }), [])
  assert.equal(problems({ engine: flawed, isJoining: true }).length, 1)
})

test('a worker of a foreign swarm is refused, a manager is not', () => {
  assert.equal(problems({ engine: { ...engine, swarm: 'worker' } }).length, 1)
  assert.equal(problems({ engine: { ...engine, swarm: 'unusable' } }).length, 1)
  assert.deepEqual(problems({ engine: { ...engine, swarm: 'manager' } }), [])
})

test('ports that Berth itself holds are not in the way', () => {
  const listeners = [listener(80, { process: 'docker-proxy (process 9)' })]
  const publishedPorts = [{ protocol: 'tcp' as const, port: 80, owner: 'the container berth-edge', isOurs: true }]
  assert.deepEqual(problems({ machine: { ...machine, listeners }, engine: { ...engine, publishedPorts } }), [])
})

test('a port that a container publishes is in the way even where no process listens, and the container is named', () => {
  const publishedPorts = [{ protocol: 'tcp' as const, port: 80, owner: 'the container blog', isOurs: false }]
  assert.deepEqual(problems({ engine: { ...engine, publishedPorts } }), [
    'Port 80/tcp (http) is taken by the container blog',
  ])
})

test('the swarm’s ports matter only where a swarm is to be made', () => {
  const listeners = [listener(2377), listener(4789, { protocol: 'udp' }), listener(7946), listener(4789)]
  const busy = { ...machine, listeners }
  assert.equal(problems({ machine: busy }).length, 3)
  assert.deepEqual(problems({ machine: busy, engine: { ...engine, swarm: 'manager' } }), [])
})

test('what the kernel kept of an overlay whose engine was killed is not in the way', () => {
  const left = listener(4789, { protocol: 'udp', process: null })
  assert.deepEqual(problems({ machine: { ...machine, listeners: [left] } }), [])
})

test('the registry’s port is wanted on loopback only', () => {
  const at = (address: string) => problems({ machine: { ...machine, listeners: [listener(5000, { address })] } }).length
  assert.deepEqual([at('192.0.2.2'), at('127.0.0.1'), at('0.0.0.0'), at('::')], [0, 1, 1, 1])
})

test('another http port frees the usual one', () => {
  const busy = { ...machine, listeners: [listener(80)] }
  assert.deepEqual(problems({ machine: busy, httpPort: 8080 }), [])
})

test('reads listening sockets as the kernel prints them', () => {
  const tcp = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1388 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0 100 0 0 10 0
   1: 020200C0:0016 010200C0:D5A2 01 00000000:00000000 02:000A7F6B 00000000     0        0 4712 2 0 20 4 30 10 -1
`
  assert.deepEqual(parseSockets(tcp, 'tcp'), [{ protocol: 'tcp', address: '127.0.0.1', port: 5000, inode: '4711' }])
  const tcp6 = `  sl  local_address                         remote_address                        st
   0: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 99 1 0 100 0 0 10 0
`
  assert.deepEqual(parseSockets(tcp6, 'tcp'), [{ protocol: 'tcp', address: '::', port: 80, inode: '99' }])
})

test('reads the names in os-release with and without quotes', () => {
  const os = parseOsRelease('PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\n')
  assert.deepEqual([os.PRETTY_NAME, os.ID], ['Debian GNU/Linux 12 (bookworm)', 'debian'])
})

test('a database that cannot be reached is told before a working server is replaced', () => {
  const at = (host: string, trouble: string | null) => problems({ database: { host, port: 5432, trouble } })
  assert.deepEqual(at('db.example.org', null), [])
  assert.match(at('db.example.org', 'connect ECONNREFUSED')[0] ?? '', /db\.example\.org:5432 .*ECONNREFUSED/)
  assert.match(at('localhost', null)[0] ?? '', /in its container, is not this machine/)
})
