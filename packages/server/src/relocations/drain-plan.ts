import type { ObservedMachine } from '@berth/engine'
import { count } from '../deployments/deployment-plan.ts'
import type { RelocationFacts, ServiceFacts } from './relocation-facts.ts'
import { type DrainRow, isEndedStep, isRunningStep, type RelocationRow, type StepRow } from './relocation-row.ts'
import { advanceStep, withBefore } from './service-move.ts'

/** What a drain becomes. */
export type DrainOutcome = {
  row: RelocationRow
  /** What its machine is to be from now on, where that is new. `drain`: whatever is left there is ended. */
  availability?: DrainRow['availability']
}

export type DrainFacts = RelocationFacts & {
  /** Since when nothing has come any further. */
  stalledMs: number
  /** What is left there is being ended. */
  isEmptied: boolean
}

/** So many services move at once: enough to be quick, few enough not to start everything at the same moment. */
const servicesAtOnce = 4
const patienceMs = 300_000
const forcedPatienceMs = 30_000

/** A drain one look later, once its machine is paused: the same row where nothing is new. */
export function planDrain(row: RelocationRow, facts: DrainFacts): DrainOutcome {
  const machine = facts.machines.find(({ id }) => id === row.machineId)
  if (!machine) return succeed(row, 'the machine is no longer in the cluster', 'drain', facts)
  const steps = startSome(advanceAll(withNewcomers(row, machine, facts), facts), facts)
  const next = withSteps(row, steps)
  const broken = steps.find(({ phase }) => phase === 'failed')
  if (broken) return fail(next, `${broken.app} could not be moved: ${broken.words}`, facts)
  if (steps.every(isEndedStep)) return finish(next, machine, facts)
  const patience = row.isForced ? forcedPatienceMs : patienceMs
  if (facts.stalledMs > patience && !isWaitingForOthers(steps, machine, facts)) return giveUp(next, machine, facts)
  return { row: withWords(next, progressOf(steps)) }
}

/** Nothing is wrong while a deployment goes on or an instance takes its time to stop: both have an end of their own. */
function isWaitingForOthers(steps: readonly StepRow[], { id }: ObservedMachine, { services }: DrainFacts): boolean {
  const open = steps.filter((step) => !isEndedStep(step))
  return open.some((step) => {
    const service = services.find(({ serviceName }) => serviceName === step.serviceName)
    return service && (step.phase === 'waiting' ? service.isDeploying : (service.stopping[id] ?? 0) > 0)
  })
}

/** The steps of a drain as it begins. */
export function firstSteps(row: RelocationRow, facts: RelocationFacts): StepRow[] {
  const machine = facts.machines.find(({ id }) => id === row.machineId)
  return machine ? withNewcomers(row, machine, { ...facts, isEmptied: false }) : []
}

/** With a step for each service that has instances there and none yet. */
type Newcomers = Pick<DrainFacts, 'services' | 'isEmptied'>

function withNewcomers({ steps }: RelocationRow, { id, name }: ObservedMachine, facts: Newcomers): StepRow[] {
  if (facts.isEmptied) return steps
  const isKnown = (service: ServiceFacts) =>
    steps.some((step) => step.serviceName === service.serviceName && !isEndedStep(step))
  const newcomers = facts.services.filter((service) => (service.places[id] ?? 0) > 0 && !isKnown(service))
  return [...steps, ...newcomers.map((service) => firstStep(service, { machineId: id, from: name, way: 'leave' }))]
}

export const firstStep = (
  { app, service, serviceName }: Pick<StepRow, 'app' | 'service' | 'serviceName'>,
  about: Pick<StepRow, 'machineId' | 'from' | 'way'>,
): StepRow => ({
  ...{ app, service, serviceName },
  ...about,
  phase: 'waiting',
  closed: [],
  surge: 0,
  upBefore: 0,
  placesBefore: {},
  words: null,
  startedAtMs: null,
  finishedAtMs: null,
})

const advanceAll = (steps: readonly StepRow[], { services, nowMs }: DrainFacts) =>
  steps.map((step) => {
    if (!isRunningStep(step)) return step
    const service = services.find(({ serviceName }) => serviceName === step.serviceName)
    return advanceStep(step, service, nowMs)
  })

function startSome(steps: readonly StepRow[], { services, nowMs }: DrainFacts): StepRow[] {
  let free = servicesAtOnce - steps.filter(isRunningStep).length
  return steps.map((step) => {
    if (step.phase !== 'waiting') return step
    const service = services.find(({ serviceName }) => serviceName === step.serviceName)
    if (service && !service.isDeploying && free <= 0) return step
    const next = advanceStep(service ? withBefore(step, service) : step, service, nowMs)
    if (isRunningStep(next)) free -= 1
    return next.phase === step.phase && next.words === step.words ? step : next
  })
}

const withSteps = (row: RelocationRow, steps: StepRow[]): RelocationRow =>
  steps.length === row.steps.length && steps.every((step, i) => step === row.steps[i]) ? row : { ...row, steps }

const withWords = (row: RelocationRow, words: string): RelocationRow => (row.words === words ? row : { ...row, words })

function progressOf(steps: readonly StepRow[]): string {
  const ended = steps.filter(isEndedStep).length
  return `${ended} of ${count(steps.length, 'service')} moved`
}

function finish(row: RelocationRow, machine: ObservedMachine, facts: DrainFacts): DrainOutcome {
  const { id, holds } = machine
  const leaving = facts.services.some(({ places, stopping }) => (places[id] ?? 0) + (stopping[id] ?? 0) > 0)
  if (leaving) return { row: withWords(row, 'the last instances stop') }
  const moved = row.steps.length === 0 ? 'nothing ran there' : `${count(row.steps.length, 'service')} moved`
  if (holds.length === 0) return succeed(row, moved, 'drain', facts)
  // Draining it in the engine would end them, and they can run nowhere else.
  return succeed(row, `${moved}; paused only, as Berth's ${holds.join(' and ')} must stay there`, 'pause', facts)
}

const succeed = (
  row: RelocationRow,
  words: string,
  availability: DrainRow['availability'],
  { nowMs }: RelocationFacts,
): DrainOutcome => ({ row: { ...row, state: 'succeeded', words, finishedAtMs: nowMs }, availability })

/** What was moved stays where it is; what was not serves on where it was, unless it was said that it may be stopped. */
function giveUp(row: RelocationRow, machine: ObservedMachine, facts: DrainFacts): DrainOutcome {
  const stuck = row.steps.filter((step) => !isEndedStep(step))
  if (row.isForced && machine.holds.length === 0) {
    const steps = row.steps.map((step) => (stuck.includes(step) ? stopped(step, facts.nowMs) : step))
    return { row: { ...row, steps, words: 'what found no place is stopped' }, availability: 'drain' }
  }
  const what = stuck.map(({ app, words }) => (words ? `${app} (${words})` : app)).join(', ')
  return fail(row, `${what} could not be moved off ${row.machine}`, facts)
}

const stopped = (step: StepRow, nowMs: number): StepRow => ({
  ...step,
  phase: 'skipped',
  surge: 0,
  words: `stopped: ${step.words ?? 'it found no place'}`,
  finishedAtMs: nowMs,
})

function fail(row: RelocationRow, message: string, { nowMs }: RelocationFacts): DrainOutcome {
  const hint = 'Nothing was stopped. Make room, or repair what does not come up, and drain again'
  return {
    row: { ...row, state: 'failed', words: null, failure: { message, hint }, finishedAtMs: nowMs },
    availability: 'active',
  }
}
