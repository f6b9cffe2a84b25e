import { count } from '../deployments/deployment-plan.ts'
import type { ServiceFacts } from './relocation-facts.ts'
import type { StepPhase, StepRow } from './relocation-row.ts'

type Change = { phase?: StepPhase; words: string; surge?: number }

/** How long the engine may look for places for the surplus before the move does without. */
const placingPatienceMs = 15_000

/** The step one look later: the same object where nothing is new. `service`: undefined once its release is gone. */
export function advanceStep(step: StepRow, service: ServiceFacts | undefined, nowMs: number): StepRow {
  if (!service) return changed(step, { phase: 'done', words: 'gone with its release' }, nowMs)
  switch (step.phase) {
    case 'waiting':
      return changed(step, begin(step, service), nowMs)
    case 'surge':
      return changed(step, surge(step, service, nowMs), nowMs)
    case 'move':
      return changed(step, move(step, service), nowMs)
    case 'settle':
      return changed(step, settle(step, service), nowMs)
    default:
      return step
  }
}

export function changed(step: StepRow, change: Change, nowMs: number): StepRow {
  const next = { ...step, ...change }
  if (next.phase === step.phase && next.words === step.words && next.surge === step.surge) return step
  const hasEnded = next.phase === 'done' || next.phase === 'failed' || next.phase === 'skipped'
  return {
    ...next,
    startedAtMs: step.startedAtMs ?? (next.phase === 'waiting' ? null : nowMs),
    finishedAtMs: hasEnded ? nowMs : null,
  }
}

/** As a step begins; what it has to keep in mind of the service is in `withBefore`. */
function begin(step: StepRow, service: ServiceFacts): Change {
  if (service.isDeploying) return { words: `waits for the deployment of ${service.app}` }
  const leaving = step.way === 'spread' ? 1 : placesOn(step, service)
  if (leaving === 0) return { phase: 'done', words: 'nothing was left there' }
  // What is not up anyway needs no bridge, and may never come up anywhere.
  const isBridged = service.up > 0 && service.replicas > 0
  if (!isBridged && step.way === 'spread') return { phase: 'skipped', words: 'none of its instances is up' }
  return {
    phase: isBridged ? 'surge' : 'move',
    surge: isBridged ? leaving : 0,
    words: isBridged ? `starting ${count(leaving, 'instance')} elsewhere` : 'replacing what is not up',
  }
}

export const withBefore = (step: StepRow, { up, places }: ServiceFacts): StepRow => ({
  ...step,
  upBefore: up,
  placesBefore: { ...places },
})

function surge(step: StepRow, service: ServiceFacts, nowMs: number): Change {
  const next = step.way === 'leave' ? 'move' : 'settle'
  if (service.replicas === 0) return { phase: next, surge: 0, words: 'the app was stopped' }
  const target = targetOf(step, service)
  const hasAll = service.wanted >= service.replicas + step.surge
  if (hasAll && isUp(service, target)) return { phase: next, words: words[next] }
  const { unplaced } = service
  if (unplaced && nowMs - (step.startedAtMs ?? nowMs) > placingPatienceMs) return withoutRoom(step, service)
  if (service.edgeTrouble) return { words: service.edgeTrouble }
  const blocked = unplaced ? `: ${unplaced.words}` : ''
  return { words: `${Math.min(service.up, target)} of ${target} up, old and new${blocked}` }
}

const words = { move: 'the new ones serve; the old ones leave', settle: 'the new one serves; one of the old ones goes' }

/** What has found no place cannot bridge anything. A spread has no reason to go on; a leave has, with less to stand on. */
function withoutRoom(step: StepRow, { unplaced }: ServiceFacts): Change {
  const reason = unplaced?.words ?? 'no room'
  if (step.way === 'spread') return { phase: 'failed', words: `no machine has room for one more: ${reason}` }
  return {
    phase: 'move',
    surge: Math.max(0, step.surge - (unplaced?.count ?? 0)),
    words: `one by one, as there is no room for more at once: ${reason}`,
  }
}

function move(step: StepRow, service: ServiceFacts): Change {
  const here = placesOn(step, service)
  const stopping = service.stopping[step.machineId] ?? 0
  const blocked = service.unplaced ? `: ${service.unplaced.words}` : ''
  if (here > 0) return { words: `${count(here, 'instance')} still there${blocked}` }
  if (stopping > 0) return { words: `${count(stopping, 'instance')} finishing requests` }
  const target = targetOf(step, service)
  if (!isUp(service, target)) {
    return { words: service.edgeTrouble ?? `${Math.min(service.up, target)} of ${target} up elsewhere${blocked}` }
  }
  return { phase: 'settle', words: step.surge > 0 ? 'the surplus goes' : 'all moved' }
}

function settle(step: StepRow, service: ServiceFacts): Change {
  const target = Math.min(step.upBefore, service.replicas)
  if (service.wanted > service.replicas) return { words: 'the surplus goes' }
  if (!isUp(service, target)) return { words: service.edgeTrouble ?? `${service.up} of ${target} up` }
  if (step.way === 'spread') return judgeSpread(step, service)
  return { phase: 'done', words: `${count(step.placesBefore[step.machineId] ?? 0, 'instance')} moved` }
}

export const noBetter = 'its instances are spread no better than before'

/** The engine chose both machines, so whether it helped is seen only afterwards. */
function judgeSpread(step: StepRow, { places }: ServiceFacts): Change {
  if (unevenness(places) < unevenness(step.placesBefore)) return { phase: 'done', words: '1 instance moved' }
  const total = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((sum, n) => sum + n, 0)
  if (total(places) !== total(step.placesBefore)) return { phase: 'done', words: 'scaled meanwhile' }
  return { phase: 'failed', words: noBetter }
}

const unevenness = (counts: Readonly<Record<string, number>>) =>
  Object.values(counts).reduce((sum, n) => sum + n * n, 0)

/** How many have to be up, of those that were up before and those that were added. */
const targetOf = (step: StepRow, { replicas }: ServiceFacts) =>
  step.upBefore === 0 ? 0 : Math.min(step.upBefore, replicas) + step.surge

const isUp = ({ up, edgeTrouble }: ServiceFacts, target: number) =>
  target === 0 || (edgeTrouble === null && up >= target)

export const placesOn = ({ machineId }: Pick<StepRow, 'machineId'>, { places }: ServiceFacts) => places[machineId] ?? 0
