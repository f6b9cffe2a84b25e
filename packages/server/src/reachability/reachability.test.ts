import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PlatformError, type tryMachine, type VerbInput, type VerbOutput, type Way } from '@berth/contract'
import { aMachine, type ClusterState, type ObservedMachine } from '@berth/engine'
import type { AgentChannel, AgentConnection } from '../agents/agent-registry.ts'
import { machineReachability } from './reachability.ts'

const { signal } = new AbortController()
const [one, two, three] = ['1', '2', '3'].map((digit) =>
  aMachine({ id: `id-${digit}`, name: `m${digit}`, address: `10.0.0.${digit}`, holds: [] }),
) as [ObservedMachine, ObservedMachine, ObservedMachine]

const overlay: Way = { kind: 'overlay', protocol: 'udp', port: 4789, outcome: 'open' }

type Network = {
  isCut(from: string, to: string): boolean
  edgeless?: string
  asked?: string[]
  /** How often this agent's connection breaks before it answers. */
  breaks?: Record<string, number>
}

/** The machines of a cluster whose agents answer as this network lets them. */
function clusterOn(network: Network, machines: readonly ObservedMachine[], firstPatienceMs = 100) {
  const agents = machines.map(({ id, name }) => {
    async function call(verb: string, input: unknown) {
      if (verb === 'describeEdge') return { overlayAddress: network.edgeless === name ? null : '10.210.0.7' }
      const breaks = network.breaks ?? {}
      if ((breaks[name] ?? 0) > 0) {
        breaks[name] = (breaks[name] ?? 0) - 1
        throw new PlatformError('engine_unavailable', 'The agent left')
      }
      const { address } = input as VerbInput<typeof tryMachine>
      const to = machines.find((it) => it.address === address)?.name ?? ''
      network.asked?.push(`${name} ${to}`)
      const outcome = network.isCut(name, to) ? 'lost' : 'open'
      return { ways: [{ ...overlay, outcome }] } satisfies VerbOutput<typeof tryMachine>
    }
    return { machineId: id, name, channel: { call } as unknown as AgentChannel } as AgentConnection
  })
  const find = (machineId: string) => agents.find((agent) => agent.machineId === machineId)
  const tried = machineReachability({ agents: { find }, firstPatienceMs })
  return (machine: ObservedMachine) => tried(machine, { machines } as unknown as ClusterState, signal)
}

test('all try the one, and it tries all', async () => {
  const asked: string[] = []
  const answer = await clusterOn({ isCut: () => false, asked }, [one, two, three])(three)
  assert.deepEqual(answer, {
    ...{ machine: 'm3', isReached: true, others: 2 },
    tries: [
      { machine: 'm1', troubles: [], isOthersOwn: false },
      { machine: 'm2', troubles: [], isOthersOwn: false },
    ],
  })
  assert.deepEqual(asked.sort(), ['m1 m3', 'm2 m3', 'm3 m1', 'm3 m2'])
})

test('a way that is closed between two of them is the new one’s trouble, with both names', async () => {
  const isCut = (from: string, to: string) => from === 'm2' && to === 'm3'
  const { isReached, tries } = await clusterOn({ isCut }, [one, two, three])(three)
  assert.equal(isReached, false)
  assert.deepEqual(tries[1]?.troubles, ['m2 cannot reach m3: udp 4789 (the network between instances) is closed'])
})

test('another that reaches nobody is told, and the new one is not blamed', async () => {
  const isCut = (from: string, to: string) => from === 'm2' || to === 'm2'
  const { isReached, tries } = await clusterOn({ isCut }, [one, two, three])(three)
  assert.equal(isReached, true)
  assert.deepEqual([tries[1]?.isOthersOwn, tries[1]?.troubles.length], [true, 2])
})

test('one that reaches nobody itself is to blame, as there is no third to compare with', async () => {
  const isCut = (from: string, to: string) => from === 'm3' || to === 'm3'
  assert.equal((await clusterOn({ isCut }, [one, two, three])(three)).isReached, false)
})

test('an edge that does not run is said so, and not taken for a closed port', async () => {
  const { tries } = await clusterOn({ isCut: () => false, edgeless: 'm3' }, [one, three])(three)
  assert.deepEqual(tries[0]?.troubles, ['m1 could not try to reach m3: the edge of m3 does not run'])
})

test('an agent that connects anew meanwhile, as a new manager’s does, is asked again', async () => {
  const breaks = { m3: 1 }
  const { isReached } = await clusterOn({ isCut: () => false, breaks }, [one, three], 2_000)(three)
  assert.equal(isReached, true)
})

test('one whose agent is away cannot be tried, and one that is down is not asked', async () => {
  const down = { ...two, isReady: false }
  const tried = clusterOn({ isCut: () => false }, [one, down, three])
  await assert.rejects(tried(down), { code: 'engine_unavailable' })
  assert.equal((await tried(three)).others, 1)
})
