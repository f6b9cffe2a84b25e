import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { ActivityStore } from '../activity/activity-store.ts'
import type { Changes } from '../changes.ts'
import type { ClusterObserver } from '../cluster/cluster-observer.ts'
import { count } from '../deployments/deployment-plan.ts'
import { takesInstances } from '../relocations/drain-fit.ts'
import { type RelocationFacts, relocationFacts } from '../relocations/relocation-facts.ts'
import type { RelocationStore } from '../relocations/relocation-store.ts'
import type { RouteReconciler } from '../routes/route-reconciler.ts'
import type { Wanted } from '../services/live-deployments.ts'
import type { SettingStore } from '../settings/setting-store.ts'
import { type PlannedMove, planRebalance } from './rebalance-plan.ts'
import { rebalanceSteps } from './rebalance-progress.ts'

/** What an offer waits for. `isDue`: a machine began to take instances and nobody has looked since. */
export type Calm = { isDue: boolean; takers: readonly string[]; sinceMs: number }

/** Long enough for what starts with a machine to have settled. */
const calmMs = 60_000
const lookEveryMs = 5_000

/** A server that starts cannot know what it missed. */
export const notCalmYet = (nowMs: number): Calm => ({ isDue: true, takers: [], sinceMs: nowMs })

/** Quiet begins anew whenever something moves, or a machine comes or goes. */
export function watchCalm(calm: Calm, facts: RelocationFacts, isBusy: boolean): Calm {
  const takers = facts.machines.filter(takesInstances).map(({ id }) => id)
  const known = new Set(calm.takers)
  const isSame = takers.length === known.size && takers.every((id) => known.has(id))
  const isRestless = isBusy || !isSame || facts.services.some(isUnsettled)
  return {
    isDue: calm.isDue || takers.some((id) => !known.has(id)),
    takers,
    sinceMs: isRestless ? facts.nowMs : calm.sinceMs,
  }
}

const isUnsettled: (service: RelocationFacts['services'][number]) => boolean = (service) =>
  service.isDeploying || service.wanted !== service.replicas || service.unplaced !== null

export const isOfferDue = ({ isDue, sinceMs }: Calm, nowMs: number): boolean => isDue && nowMs - sinceMs >= calmMs

type Deps = {
  relocations: Pick<RelocationStore, 'read' | 'requestRebalance'>
  settings: Pick<SettingStore, 'read' | 'recall' | 'remember'>
  readWanted(): Promise<Wanted>
  cluster: Pick<ClusterObserver, 'current'>
  routes: Pick<RouteReconciler, 'edges'>
  activity: Pick<ActivityStore, 'add'>
  changes: Pick<Changes, 'notify'>
  now(): number
  log: Logger
}

/** After a machine came back or joined, and once all is quiet: offers a rebalance, or does it where that is wanted. */
export async function offerRebalances(deps: Deps, signal: AbortSignal): Promise<void> {
  let calm = notCalmYet(deps.now())
  while (!signal.aborted) {
    try {
      calm = await look(calm, deps)
    } catch (error) {
      if (!signal.aborted) deps.log.error({ err: error }, 'rebalance_offer_failed')
    }
    await delay(lookEveryMs, undefined, { signal }).catch(() => undefined)
  }
}

async function look(before: Calm, deps: Deps): Promise<Calm> {
  const state = deps.cluster.current()
  if (!state) return before
  const wanted = await deps.readWanted()
  const facts = relocationFacts({ wanted, state, edges: deps.routes.edges(), nowMs: deps.now() })
  const { active, drains } = await deps.relocations.read()
  const isBusy = active.length > 0 || drains.some(({ availability }) => availability === 'active')
  const calm = watchCalm(before, facts, isBusy)
  if (hasLost(before, calm)) await forgetOffer(deps)
  if (!isOfferDue(calm, facts.nowMs)) return calm
  await offer(facts, deps)
  return { ...calm, isDue: false }
}

/** One that goes and comes back is worth the same words again. */
export const hasLost = (before: Calm, { takers }: Calm): boolean => before.takers.some((id) => !takers.includes(id))

export const forgetOffer = ({ settings }: Pick<Deps, 'settings'>): Promise<void> =>
  settings.remember('offered_rebalance', '')

/** The same offer is not made twice, also not by the next server, until a machine was lost. */
export async function offer(facts: RelocationFacts, deps: Omit<Deps, 'readWanted' | 'cluster' | 'routes'>) {
  const { relocations, settings, activity, changes } = deps
  const { moves } = planRebalance(facts)
  const fingerprint = moves.map(({ serviceName, from, to }) => `${serviceName}:${from}:${to}`).join(' ')
  const isKnown = (await settings.recall('offered_rebalance')) === fingerprint
  if (!isKnown) await settings.remember('offered_rebalance', fingerprint)
  if (moves.length === 0) return
  if ((await settings.read()).rebalancesByItself) {
    await relocations.requestRebalance({ steps: rebalanceSteps(facts), requestedBy: 'berth' })
  } else if (!isKnown) {
    await activity.add({ actor: 'berth', kind: 'rebalance_suggested', detail: describe(moves) })
  }
  changes.notify()
}

const describe = (moves: readonly PlannedMove[]): string => {
  const to = [...new Set(moves.map((move) => move.to))].toSorted().join(', ')
  return `${count(moves.length, 'instance')} could move to ${to}: berth machines rebalance`
}
