import type { Machine, MachineStats, Relocation } from '@berth/contract'
import { newId } from './sample-apps.ts'
import type { Scenario } from './scenarios.ts'

const GiB = 1024 ** 3
const hourMs = 3_600_000
const ago = (ms: number) => new Date(Date.now() - ms).toISOString()

const counts: Partial<Record<Scenario, number>> = { many: 12, three: 3, fleet: 300, pressed: 3, draining: 4 }

type Place = { scenario: Scenario; index: number }

export function sampleMachines(scenario: Scenario): Machine[] {
  const count = counts[scenario] ?? 1
  return Array.from({ length: count }, (_, index) => sampleMachine({ scenario, index }, count))
}

function sampleMachine({ scenario, index }: Place, count: number): Machine {
  const state = stateOf({ scenario, index })
  const availability = availabilityOf({ scenario, index })
  const isPressed = availability === 'cordoned' && index % 2 === 1
  return {
    id: `machine${index}`,
    name: scenario === 'hostile' ? `host-${'n'.repeat(58)}` : `machine-${index + 1}`,
    role: index < 3 ? 'manager' : 'worker',
    isLeader: index === 0,
    state,
    address: `10.0.${index % 250}.${17 + (index % 200)}`,
    engineVersion: '29.1.3',
    instances: availability === 'drained' ? 0 : 3 + ((index * 17) % 40),
    cpuMillis: 4000,
    memoryBytes: 8 * GiB,
    availability,
    cordonReason: availability === 'cordoned' ? (isPressed ? 'pressure' : 'person') : null,
    labels: count > 1 ? { zone: index % 2 === 0 ? 'a' : 'b', ...(index % 3 === 0 ? { disk: 'ssd' } : {}) } : {},
    reserved: { cpuMillis: 250 * ((index % 12) + 1), memoryBytes: ((index % 12) + 1) * 256 * 1024 ** 2 },
    holds: index === 0 ? ['server', 'registry'] : [],
    certificateEndsAt: ago(-4 * 24 * hourMs),
    addedAt: ago((30 - (index % 30)) * 24 * hourMs),
    stats: state === 'ready' ? sampleStats(index, isPressed) : null,
    lastSeenAt: state === 'agent_missing' ? null : ago(state === 'ready' ? 1_500 : 7 * hourMs),
  }
}

function stateOf({ scenario, index }: Place): Machine['state'] {
  if (scenario === 'pressed') return index === 2 ? 'down' : 'ready'
  if (scenario !== 'many' && scenario !== 'fleet') return 'ready'
  if (index % 40 === 4) return 'down'
  return index % 80 === 7 ? 'agent_missing' : 'ready'
}

function availabilityOf({ scenario, index }: Place): Machine['availability'] {
  if (scenario === 'pressed') return index === 1 ? 'cordoned' : 'active'
  if (scenario === 'draining') return index === 1 ? 'draining' : index === 3 ? 'drained' : 'active'
  if (scenario !== 'many' && scenario !== 'fleet') return 'active'
  if (index % 20 === 5) return 'cordoned'
  return index % 50 === 8 && scenario === 'fleet' ? 'drained' : 'active'
}

function sampleStats(index: number, isPressed: boolean): MachineStats {
  return {
    cpuRatio: 0.1 + ((index * 7) % 9) / 10,
    cpuMillis: 4000,
    load1: 0.4 + (index % 12) / 3,
    load5: 0.4 + (index % 12) / 3,
    memoryUsedBytes: Math.round((isPressed ? 7.6 : 1.2 + (index % 12) / 2) * GiB),
    memoryTotalBytes: 8 * GiB,
    diskUsedBytes: (12 + (index % 12) * 5) * GiB,
    diskTotalBytes: 80 * GiB,
    swapUsedBytes: 0,
    networkReceivedBytes: 0,
    networkSentBytes: 0,
    diskReadBytes: 0,
    diskWrittenBytes: 0,
    outOfMemoryKills: 0,
    pressure: {
      cpuSome60: (index * 3) % 9,
      memorySome60: isPressed ? 34 : 0,
      memoryFull60: isPressed ? 12 : 0,
      ioSome60: 2,
      ioFull60: 1,
    },
  }
}

/** One that ended badly, so that this is seen as well; the one under way is begun by the scenario. */
export function sampleRelocations(scenario: Scenario): Relocation[] {
  if (scenario !== 'draining') return []
  const times = { startedAt: ago(2 * hourMs), finishedAt: ago(2 * hourMs - 30_000) }
  return [
    {
      id: newId('r'),
      kind: 'drain',
      machine: 'machine-2',
      state: 'failed',
      words: '1 of 2 moved',
      steps: [
        { app: 'shop', service: 'web', from: 'machine-2', words: '1 instance moved', state: 'done', ...times },
        {
          app: 'blog-worker-1',
          service: 'web',
          from: 'machine-2',
          words: 'the new instance was not up within 5 min',
          state: 'failed',
          ...times,
        },
      ],
      failure: {
        message: 'blog-worker-1 does not come up on another machine',
        hint: 'Look at its log, then drain machine-2 again',
      },
      requestedBy: 'grace@example.org',
      createdAt: ago(2 * hourMs),
      finishedAt: ago(2 * hourMs - 60_000),
    },
  ]
}
