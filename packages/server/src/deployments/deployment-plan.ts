import type { DeploymentFailure, DeploymentStage } from '@berth/contract'
import type { ObservedInstance } from '@berth/engine'
import { plainReason } from '../instances/instance-reason.ts'
import { backendAcross, type EdgeView } from '../routes/edges.ts'
import { type Diagnosis, explainEnd, explainUnready } from './failure-words.ts'

export type ProbeResult = { machine: string; backend: string | null }

/** Everything that a decision about one deployment rests on. */
export interface DeploymentFacts {
  readonly nowMs: number
  readonly stage: DeploymentStage
  readonly stageStartedAtMs: number
  /** When the instances began to be waited for; time in which nothing could be observed does not count. */
  readonly waitingSinceMs: number
  readonly deadlineMs: number
  readonly replicas: number
  readonly services: readonly { name: string; port: number | undefined; healthPath: string | null }[]
  /** Name of the service that has the app's host, if one takes traffic. */
  readonly face: string | undefined
  readonly instances: readonly ObservedInstance[]
  readonly diagnoses: ReadonlyMap<string, Diagnosis>
  readonly edges: readonly EdgeView[]
  /** What the edges answered since they have the new route. */
  readonly probes: readonly ProbeResult[]
  /** Services that had the route before this deployment. */
  readonly previousServices: readonly string[]
}

type Failure = Omit<DeploymentFailure, 'logLines'>

export type DeploymentDecision =
  | { kind: 'wait'; detail: string }
  | { kind: 'advance'; to: DeploymentStage; detail: string }
  | { kind: 'switch_route' }
  | { kind: 'probe' }
  | { kind: 'finish'; detail: string }
  /** Give the route back to the deployment that had it, and fail. */
  | { kind: 'take_back'; failure: Failure }
  /** `evidence`: the instance whose last log lines tell more. */
  | { kind: 'fail'; failure: Failure; evidence: string | undefined }

/** A start that fails once may be bad luck, such as a database that was not up yet; three times is the app. */
const endsUntilFailure = 3
/** How long an edge that has the new route may answer from somewhere else before the switch is taken back. */
const probePatienceMs = 15_000
/** Requests that take longer than this are cut off when their release goes. */
const drainPatienceMs = 30_000

/** From the moment that instances are wanted until the old ones are gone. Decides and changes nothing. */
export function planDeployment(facts: DeploymentFacts): DeploymentDecision {
  switch (facts.stage) {
    case 'start':
      return findFailure(facts) ?? planStart(facts)
    case 'check':
      return findFailure(facts) ?? planCheck(facts)
    case 'switch':
      return { kind: 'switch_route' }
    case 'drain':
      return planDrain(facts)
    default:
      throw new TypeError(`Stage ${facts.stage} is not decided by observation`)
  }
}

function planStart(facts: DeploymentFacts): DeploymentDecision {
  const wanted = facts.replicas * facts.services.length
  const started = runningOf(facts).length
  if (started >= wanted) return { kind: 'advance', to: 'check', detail: `${count(started, 'instance')} started` }
  const blocked = facts.instances.find(({ isWanted, state, message }) => isWanted && state === 'pending' && message)
  return {
    kind: 'wait',
    detail: `${started} of ${wanted} started${blocked?.message ? `: ${plainReason(blocked.message)}` : ''}`,
  }
}

function planCheck(facts: DeploymentFacts): DeploymentDecision {
  const behind = facts.edges.filter(({ isCurrent }) => !isCurrent)
  if (facts.edges.length === 0) return { kind: 'wait', detail: 'no edge is connected' }
  if (behind.length > 0) return { kind: 'wait', detail: `${behind.map(edgeTrouble).join('; ')}` }

  const unready = facts.services.find((service) => upOf(facts, service) < facts.replicas)
  if (!unready) return { kind: 'advance', to: 'switch', detail: `${count(facts.replicas, 'instance')} up` }
  return { kind: 'wait', detail: describeProgress(facts, unready) }
}

/** The switch is done; now every edge must answer from the new instances, and the old ones may finish. */
function planDrain(facts: DeploymentFacts): DeploymentDecision {
  const ageMs = facts.nowMs - facts.stageStartedAtMs
  if (!hasAnswered(facts))
    return ageMs <= probePatienceMs ? { kind: 'probe' } : { kind: 'take_back', failure: explainSwitch(facts) }

  const { previousServices, edges } = facts
  if (previousServices.length === 0) return { kind: 'finish', detail: 'nothing to drain' }
  const inFlight = previousServices.reduce((sum, name) => sum + (backendAcross(edges, name)?.inFlight ?? 0), 0)
  if (inFlight === 0) return { kind: 'finish', detail: 'old instances done' }
  if (ageMs > drainPatienceMs) {
    return { kind: 'finish', detail: `${count(inFlight, 'request')} took over ${drainPatienceMs / 1000} s` }
  }
  return { kind: 'wait', detail: `${count(inFlight, 'request')} being finished by the old instances` }
}

/** Whether a request through each edge was seen to reach the new instances. */
function hasAnswered({ face, edges, probes }: DeploymentFacts): boolean {
  if (edges.length === 0 || edges.some(({ isCurrent }) => !isCurrent)) return false
  if (face === undefined) return true
  return edges.every(({ machine }) => probes.some((probe) => probe.machine === machine && probe.backend === face))
}

function explainSwitch({ edges }: DeploymentFacts): Failure {
  const behind = edges.filter(({ isCurrent }) => !isCurrent)
  const why =
    behind.length > 0
      ? `The route could not be switched: ${behind.map(edgeTrouble).join('; ')}`
      : 'The instances were up, but a request through the edge did not reach them'
  return {
    code: 'health_check_failed',
    message: why,
    hint: 'Look at berth machines, and at the log of berth-agent there',
  }
}

function findFailure(facts: DeploymentFacts): DeploymentDecision | undefined {
  const ended = facts.instances.filter(hasEndedByItself)
  const last = ended.toSorted((a, b) => a.since.localeCompare(b.since)).at(-1)
  if (last && ended.length >= endsUntilFailure) {
    return { kind: 'fail', evidence: last.id, failure: explainEnd(last, facts.diagnoses.get(last.id), ended.length) }
  }
  if (facts.nowMs - facts.waitingSinceMs <= facts.deadlineMs) return undefined
  if (last) {
    return { kind: 'fail', evidence: last.id, failure: explainEnd(last, facts.diagnoses.get(last.id), ended.length) }
  }
  const unready = facts.services.find((service) => upOf(facts, service) < facts.replicas)
  const wanted = facts.instances.filter(({ isWanted }) => isWanted)
  const failure = explainUnready({
    deadlineMs: facts.deadlineMs,
    port: unready?.port,
    healthPath: unready?.healthPath ?? null,
    lastCheck: (unready && backendAcross(facts.edges, unready.name)?.lastCheck) ?? null,
    waiting: wanted.find(({ state }) => state !== 'running')?.message ?? null,
    running: wanted.filter(({ state }) => state === 'running').map(({ id }) => facts.diagnoses.get(id)),
    trouble:
      facts.edges.length === 0 ? 'no edge is connected' : facts.edges.find((edge) => !edge.isCurrent)?.status.error,
  })
  return { kind: 'fail', evidence: wanted[0]?.id, failure }
}

/** Not the ones that were told to stop: those have no exit of their own to tell about. */
const hasEndedByItself = ({ state }: ObservedInstance) => state === 'failed' || state === 'complete'

const runningOf = ({ instances }: DeploymentFacts) =>
  instances.filter(({ isWanted, state }) => isWanted && state === 'running')

/** How many instances of a service are ready: as the edges' checks see it, or, without a port, just running. */
function upOf(facts: DeploymentFacts, { name, port }: { name: string; port: number | undefined }): number {
  if (port !== undefined) return backendAcross(facts.edges, name)?.up ?? 0
  return runningOf(facts).filter(({ serviceName }) => serviceName === name).length
}

function describeProgress(facts: DeploymentFacts, service: DeploymentFacts['services'][number]): string {
  const up = `${upOf(facts, service)} of ${facts.replicas} up`
  if (service.port === undefined) return up
  const ports = new Set(runningOf(facts).flatMap(({ id }) => facts.diagnoses.get(id)?.listeningPorts ?? []))
  if (ports.has(service.port)) {
    const lastCheck = backendAcross(facts.edges, service.name)?.lastCheck
    return lastCheck ? `${up}: ${lastCheck}` : up
  }
  const others = ports.size > 0 ? `; it listens on ${[...ports].join(', ')}` : ''
  return `${up}: nothing listens on port ${service.port} yet${others}`
}

const edgeTrouble = ({ machine, status }: EdgeView) =>
  status.error ? `edge on ${machine}: ${status.error}` : `edge on ${machine} has not taken the new routes yet`

export const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`
