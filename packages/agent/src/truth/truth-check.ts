import type { Backend, EdgeTruth } from '@berth/contract'
import type { Clock } from '../edge/clock.ts'
import type { ServerRow } from '../edge/haproxy-answers.ts'
import { type Comparison, compare, continued, type History, keyOf, type Told } from './differences.ts'
import { isOutOfOrder, planRepairs, type Repair } from './repair-plan.ts'
import type { RepairWork } from './repair-work.ts'
import { suspectsIn } from './suspects.ts'
import type { ToldInstances } from './told-instances.ts'

/** Longer than DNS and the server's word lag behind each other while all is well. */
const lastingMs = 6_000
const mostReported = 100
const figureOf = { admit: 'added', close: 'closed', reopen: 'reopened' } as const

export type TruthDeps = {
  work: RepairWork
  told: Pick<ToldInstances, 'services'>
  /** What the edge serves, and its servers as last seen; undefined while it is being changed or does not answer. */
  seen(): { backends: readonly Backend[]; rows: readonly ServerRow[] } | undefined
  publish(truth: EdgeTruth): void
  clock: Pick<Clock, 'nowMs'>
}

export type TruthCheck = ReturnType<typeof truthCheck>

/** Compares the edge with what the cluster says, and repairs what has differed for long. */
export function truthCheck({ work, told, seen, publish, clock }: TruthDeps) {
  const repairs = { added: 0, closed: 0, reopened: 0 }
  let history: History = new Map()
  /** The differences that were ended by entering: a reload brings them back, and then nothing has to be waited for. */
  const entered = new Set<string>()
  /** Where something was entered or closed. Everywhere at first: an agent before this one may have done so. */
  let attended: ReadonlySet<string> | undefined

  async function pass(signal: AbortSignal): Promise<void> {
    const services = told.services()
    if (!services) {
      history = new Map()
      return publish({ isInformed: false, ...nothingDiffers, repairs: { ...repairs } })
    }
    const edge = seen()
    if (!edge) return
    const lasting = lastingOf(compare(edge.backends, edge.rows, services))
    await repair(edge.backends, services, lasting, signal)
    publish({ isInformed: true, ...figuresOf(lasting), repairs: { ...repairs } })
  }

  /** What has been so for long enough. */
  function lastingOf({ differences, unreachable }: Comparison): Comparison {
    const nowMs = clock.nowMs()
    const keys = [...differences.map(keyOf), ...unreachable.map(unreachableKey)]
    history = continued(history, keys, nowMs)
    const hasLasted = (key: string) => entered.has(key) || nowMs - (history.get(key) ?? nowMs) >= lastingMs
    return {
      differences: differences.filter((difference) => hasLasted(keyOf(difference))),
      unreachable: unreachable.filter((one) => hasLasted(unreachableKey(one))),
    }
  }

  async function repair(
    backends: readonly Backend[],
    services: Told,
    { differences }: Comparison,
    signal: AbortSignal,
  ) {
    const touched = new Set(differences.map(({ backend }) => backend))
    const looked = backends.filter(({ name }) => !attended || attended.has(name) || touched.has(name))
    if (looked.length === 0) return
    const servers = await work.look(
      looked.map(({ name }) => name),
      signal,
    )
    attended = new Set(servers.filter(isOutOfOrder).map(({ backend }) => backend))
    const forMs = (key: string) => clock.nowMs() - (history.get(key) ?? clock.nowMs())
    const suspects = suspectsIn({ backends: looked, services, servers, differences, forMs })
    for (const suspect of suspects) {
      const resolved = suspect.missingForMs.size > 0 ? await work.lookUp(suspect.backend, signal) : undefined
      for (const step of planRepairs({ ...suspect, resolved })) await apply(step, signal)
    }
  }

  async function apply(step: Repair, signal: AbortSignal) {
    attended = new Set(attended).add(step.backend)
    if (step.kind === 'enter') entered.add(keyOf({ ...step, kind: 'missing' }))
    if (step.kind === 'withdraw') entered.delete(keyOf({ ...step, kind: 'missing' }))
    const wasDone = await work.apply(step, signal)
    if (wasDone && step.kind in figureOf) repairs[figureOf[step.kind as keyof typeof figureOf]] += 1
  }

  return { pass }
}

const unreachableKey = ({ backend, address }: { backend: string; address: string }) =>
  `unreachable ${backend} ${address}`
const nothingDiffers = { missing: 0, ghosts: 0, unreachable: [] }

const figuresOf = ({ differences, unreachable }: Comparison) => ({
  missing: differences.filter(({ kind }) => kind === 'missing').length,
  ghosts: differences.filter(({ kind }) => kind === 'ghost').length,
  unreachable: unreachable.slice(0, mostReported),
})
