import type { BackendStatus, EdgeTruth, Heartbeat, LocalInstance } from '@berth/contract'
import { idleInstance, idleStats } from '../../packages/server/src/agents/test-heartbeat.ts'
import type { Fleet, MadeUpMachine } from './fleet.ts'

export type Clock = ReturnType<typeof startClock>

const { random } = Math
/** A value and a change of up to a tenth of it either way. */
const around = (value: number) => value * (0.9 + random() / 5)

const truth: EdgeTruth = {
  ...{ isInformed: true, missing: 0, ghosts: 0, unreachable: [] },
  repairs: { added: 0, closed: 0, reopened: 0 },
}
export const never = 0
/** So many of the apps are asked something in a second. */
const busyShare = 0.1

/** What agents tell, as text. The counts of all edges are the same, and made once a second. */
export function startClock({ state }: Fleet) {
  const startedAtMs = performance.now()
  const upSeconds = () => 86_400 + (performance.now() - startedAtMs) / 1_000
  const stateText = JSON.stringify(state)
  const backends = state.services.map(
    ({ name, replicas }): BackendStatus => ({
      ...{ name, up: replicas, known: replicas, inFlight: 0, requests: 1_000, errors: 0, lastCheck: null },
    }),
  )
  const changedIn = new Map<string, number>()
  let generation = 0
  let countedAtMs = 0
  let texts = new Map<number, string>()

  function count() {
    generation += 1
    for (const backend of backends) {
      if (random() >= busyShare) continue
      backend.requests += Math.ceil(around(5))
      changedIn.set(backend.name, generation)
    }
    countedAtMs = Math.round(performance.now())
    texts = new Map()
  }
  count()
  setInterval(count, 1_000)

  /** Those that have changed since; since never, all. */
  function backendsText(since: number): string {
    const changed = () => backends.filter(({ name }) => since === never || (changedIn.get(name) ?? never) > since)
    const text = texts.get(since) ?? JSON.stringify(changed())
    texts.set(since, text)
    return text
  }

  const edgeText = (fingerprint: string | null, since = never) => {
    const told = JSON.stringify({ fingerprint, error: null, countedAtMs, truth })
    return `${told.slice(0, -1)},"backends":${backendsText(since)}}`
  }

  /** `since`: the generation of the counts in the heartbeat before it, as an agent tells only what is new. */
  function heartbeatOf({ instances }: MadeUpMachine, fingerprint: string | null, since: number): string {
    const told = JSON.stringify({
      stats: statsAt(upSeconds()),
      sampledAtMs: performance.now(),
      instances: instances.map((one) => instanceAt(one, upSeconds())),
    } satisfies Omit<Heartbeat, 'edge'>)
    return `${told.slice(0, -1)},"edge":${edgeText(fingerprint, since)}}`
  }

  return { stateText, edgeText, heartbeatOf, generation: () => generation }
}

const statsAt = (upSeconds: number): Heartbeat['stats'] => ({
  ...idleStats,
  ...{ cpuRatio: around(0.3), cpuMillis: 8_000, load1: around(2), load5: around(2), swapUsedBytes: 0 },
  ...{ memoryUsedBytes: Math.round(around(9e9)), memoryTotalBytes: 32 * 1024 ** 3 },
  ...{ diskUsedBytes: Math.round(around(40e9)), diskTotalBytes: 200e9 },
  ...{ networkReceivedBytes: Math.round(upSeconds * 4e6), networkSentBytes: Math.round(upSeconds * 9e6) },
  pressure: { cpuSome60: around(3), memorySome60: 0, memoryFull60: 0, ioSome60: around(1), ioFull60: around(0.5) },
})

const instanceAt = (one: Pick<LocalInstance, 'instanceId' | 'app' | 'service'>, upSeconds: number): LocalInstance => ({
  ...idleInstance,
  ...{ instanceId: one.instanceId, app: one.app, service: one.service },
  ...{ cpuRatio: around(0.05), cpuSeconds: upSeconds * 0.05, memoryBytes: Math.round(around(80e6)) },
  ...{ memoryLimitBytes: 512 * 1024 ** 2, networkReceivedBytes: Math.round(upSeconds * 2e4) },
  ...{ networkSentBytes: Math.round(upSeconds * 6e4), diskWrittenBytes: Math.round(upSeconds / 10) * 4_096 },
})
