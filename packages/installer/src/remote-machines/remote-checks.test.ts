import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CheckInput, planChecks } from './remote-checks.ts'
import type { Reach, RemoteFacts } from './remote-facts.ts'

const GiB = 1024 ** 3
const facts: RemoteFacts = {
  hostName: 'box',
  user: 'ann',
  isRoot: true,
  osName: 'Debian GNU/Linux 12 (bookworm)',
  isDebian: true,
  kernel: '6.1.0-30-amd64',
  architecture: 'x86_64',
  modules: { overlay: true, vxlan: undefined },
  hasPerl: true,
  hasApt: true,
  hasSystemd: true,
  isEngineInstalled: false,
  hasDockerClient: false,
  engine: undefined,
  offeredEngine: '20.10.24+dfsg1-1+deb12u1',
  freeDiskBytes: 20 * GiB,
  diskPath: '/var/lib/docker',
  memoryBytes: 2 * GiB,
  clockAheadMs: 120,
  listeners: [],
}
const engine = { version: '26.1.5', apiVersion: '1.45', swarm: 'none' as const, ownPorts: [] }
const withEngine = { isEngineInstalled: true, hasDockerClient: true, engine }
const reach: Reach = {
  address: '10.0.0.7',
  mtuBytes: 1500,
  toManagers: [2377, 7946, 7443].map((port) => ({ address: '10.0.0.1', port, trouble: undefined })),
  fromManager: [
    { protocol: 'tcp', port: 7946, outcome: 'open' },
    { protocol: 'udp', port: 4789, outcome: 'open' },
  ],
}
const input: CheckInput = {
  name: 'box',
  role: 'worker',
  facts,
  cluster: { machines: [{ id: 'n1', name: 'first', state: 'ready' }], architecture: 'amd64', httpPort: 80 },
  reach,
}
const findings = (change: Partial<CheckInput>) => planChecks({ ...input, ...change })
const ofFacts = (change: Partial<RemoteFacts>) => findings({ facts: { ...facts, ...change } })
const ofReach = (change: Partial<Reach>) => findings({ reach: { ...reach, ...change } })
const one = ([finding, ...others]: ReturnType<typeof planChecks>) => {
  assert.deepEqual(others, [])
  assert.ok(finding)
  return finding
}

test('a fresh Debian machine is fine, with an engine and without one', () => {
  assert.deepEqual(findings({}), [])
  assert.deepEqual(ofFacts(withEngine), [])
})

test('everything that is wrong is said at once, each with what to do', () => {
  const found = findings({
    facts: {
      ...facts,
      isRoot: false,
      freeDiskBytes: GiB,
      memoryBytes: GiB / 2,
      clockAheadMs: -90_000,
      architecture: 'riscv64',
    },
    reach: undefined,
  })
  assert.equal(found.length, 5)
  assert.equal(
    found.every(({ isInTheWay, hint }) => isInTheWay && hint !== ''),
    true,
  )
})

test('who may not become root is told the line for sudoers', () => {
  const { message, hint } = one(ofFacts({ isRoot: false }))
  assert.match(message, /ann is not root, and sudo wants a password/)
  assert.match(hint, /ann ALL=\(root\) NOPASSWD: ALL$/)
})

test('another system than Debian or Ubuntu is told how to join all the same', () => {
  assert.match(
    one(ofFacts({ isDebian: false, osName: 'Fedora Linux 42', offeredEngine: undefined })).hint,
    /join-command/,
  )
})

test('a kernel without the module for networks between machines is refused with the package that has it', () => {
  const { message, hint } = one(ofFacts({ modules: { overlay: true, vxlan: false } }))
  assert.match(message, /no module "vxlan"/)
  assert.match(hint, /linux-modules-extra/)
})

test('a clock is told of when it is off by seconds, and refused when certificates would not hold', () => {
  const clock = (clockAheadMs: number) => ofFacts({ clockAheadMs }).map(({ isInTheWay }) => isInTheWay)
  assert.deepEqual([clock(1_900), clock(-2_100), clock(59_000), clock(61_000)], [[], [false], [false], [true]])
  assert.match(one(ofFacts({ clockAheadMs: -5_000 })).message, /5\.0 s behind/)
})

test('a dangerous engine is refused before it is installed, a doubtful one is told of', () => {
  assert.match(
    one(ofFacts({ offeredEngine: '28.2.2-0ubuntu1' })).message,
    /apt-get would install is Docker 28\.2\.2-0ubuntu1: instances on other machines/,
  )
  assert.equal(one(ofFacts({ ...withEngine, engine: { ...engine, version: '28.2.2' } })).isInTheWay, true)
  assert.equal(one(ofFacts({ ...withEngine, engine: { ...engine, version: '29.2.1' } })).isInTheWay, false)
  assert.equal(one(ofFacts({ ...withEngine, engine: { ...engine, version: '19.03.1' } })).isInTheWay, true)
})

test('a foreign swarm is never left for somebody', () => {
  assert.match(one(ofFacts({ ...withEngine, engine: { ...engine, swarm: 'other' } })).message, /in a swarm already/)
})

test('a machine of ours may hold our ports and its own name, so that a second run can complete the first', () => {
  const listeners = [{ protocol: 'tcp' as const, address: '0.0.0.0', port: 2377, process: 'dockerd (process 7)' }]
  const ours = { ...facts, ...withEngine, engine: { ...engine, swarm: 'ours' as const }, listeners }
  const machines = [{ id: 'n2', name: 'box', state: 'agent_missing' as const }]
  assert.deepEqual(findings({ facts: ours, cluster: { ...input.cluster, machines }, reach: undefined }), [])
})

test('a machine of ours is not renamed under the feet of the others', () => {
  const ours = { ...facts, ...withEngine, engine: { ...engine, swarm: 'ours' as const } }
  assert.match(one(findings({ name: 'other', facts: ours, reach: undefined })).hint, /berth machines rm box/)
})

test('a name that a living machine has is refused, one of a dead machine is not', () => {
  const named = (state: 'ready' | 'down') =>
    findings({ cluster: { ...input.cluster, machines: [{ id: 'n2', name: 'box', state }] } })
  assert.match(one(named('ready')).hint, /--name box-2/)
  assert.deepEqual(named('down'), [])
})

test('ports are wanted free, and who has one is named', () => {
  const taken = (port: number, more = {}) =>
    ofFacts({ listeners: [{ protocol: 'tcp', address: '0.0.0.0', port, process: 'nginx (process 7)', ...more }] })
  assert.match(one(taken(80)).message, /Port 80\/tcp \(visitors\) is taken there by nginx \(process 7\)/)
  for (const port of [2377, 7946, 5000]) assert.equal(taken(port).length, 1, String(port))
  assert.equal(taken(7946, { protocol: 'udp' }).length, 1)
  assert.deepEqual(taken(4789, { protocol: 'udp', process: null }), [])
  assert.deepEqual(taken(5000, { address: '10.0.0.7' }), [])
  assert.deepEqual(taken(8080), [])
})

test('ports that parts of Berth hold there are not in the way', () => {
  const listeners = [{ protocol: 'tcp' as const, address: '0.0.0.0', port: 80, process: 'docker-proxy (process 9)' }]
  assert.deepEqual(ofFacts({ ...withEngine, engine: { ...engine, ownPorts: [80] }, listeners }), [])
})

test('each way that is closed is named with its port and where to open it', () => {
  const toManagers = [
    { address: '10.0.0.1', port: 2377, trouble: 'Connection timed out' },
    { address: '10.0.0.1', port: 7946, trouble: undefined },
    { address: '10.0.0.1', port: 7443, trouble: 'Connection refused' },
  ]
  assert.deepEqual(
    ofReach({ toManagers }).map(({ message }) => message),
    [
      'It does not reach 10.0.0.1:2377/tcp of a manager: Connection timed out',
      'It reaches no server of Berth (10.0.0.1:7443): Connection refused',
    ],
  )
  const fromManager = [{ protocol: 'udp' as const, port: 4789, outcome: 'lost' as const }]
  assert.match(one(ofReach({ fromManager })).message, /10\.0\.0\.7:4789\/udp gets no answer/)
})

test('one server of several is enough', () => {
  const at = (address: string, trouble?: string) => ({ address, port: 7443, trouble })
  assert.deepEqual(ofReach({ toManagers: [at('10.0.0.1', 'Connection refused'), at('10.0.0.2')] }), [])
})

test('packets of full size that get lost are refused, a small MTU is told of', () => {
  const fromManager = [{ protocol: 'udp' as const, port: 4789, outcome: 'full_lost' as const }]
  const lost = one(ofReach({ fromManager }))
  assert.deepEqual([lost.isInTheWay, /full size get lost/.test(lost.message)], [true, true])
  assert.equal(one(ofReach({ mtuBytes: 1420 })).isInTheWay, false)
})

test('what could not be tried is told, not held against the machine', () => {
  assert.equal(one(ofReach({ fromManager: undefined })).isInTheWay, false)
})

test('another kind of processor is refused before images are brought in vain', () => {
  assert.match(one(ofFacts({ architecture: 'aarch64' })).message, /aarch64, and Berth's image here is for amd64/)
})
