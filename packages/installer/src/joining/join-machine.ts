import { type JoinSettings, type JoinTicket, type MachineReachability, PlatformError } from '@berth/contract'
import type Docker from 'dockerode'
import type { StepRunner } from '../steps.ts'
import { applyJoiningStep, type JoiningContext, type JoiningMemory } from './apply-joining.ts'
import { applyUndo } from './apply-undo.ts'
import type { ImageSource } from './image-source.ts'
import { type JoinDoor, openJoinDoor } from './join-door.ts'
import { describeJoining, type JoiningFacts, type JoiningRules, type JoiningStep, planJoining } from './joining-plan.ts'
import { observeJoining } from './observe-joining.ts'
import { type Others, tryFromOthers } from './try-from-others.ts'
import { describeUndo, planUndo } from './undo-plan.ts'
import { type Entrance, verifyMachine } from './verify-machine.ts'

export type Joining = JoiningRules & {
  /** The engine of the machine that joins: on a local socket, in a machine container, or reached over SSH. */
  docker: Docker
  ticket: JoinTicket
  /** Under which the other machines reach it; absent: the address that this process itself speaks to the server from. */
  address?: string | undefined
  /** Where this process reaches its edge, unless that is the same address. */
  edgeAddress?: string | undefined
  images(door: JoinDoor, settings: JoinSettings): ImageSource
  /** Where the cluster's own opinion can be asked for; absent where only the token is at hand. */
  cluster?: ClusterView | undefined
  step: StepRunner
  signal?: AbortSignal | undefined
}

export type ClusterView = {
  lists(machine: string): Promise<boolean>
  /** What is still missing for the machine to count as one that is ready; undefined when nothing is. */
  whatIsMissing(machine: string): Promise<string | undefined>
  /** Takes a machine that left again out of the list. */
  forget(machine: string): Promise<void>
  /** Whether the others reach it, and it them. */
  reachability(machine: string, signal?: AbortSignal): Promise<MachineReachability>
}

export type JoinedMachine = { settings: JoinSettings; address: string; changes: string[] }

/**
 * Makes a machine a member of the cluster, and ends when it serves. Each step looks first, so that a second run completes
 * what a first one began; what a run did that fails or is interrupted is taken back.
 */
export async function joinMachine(joining: Joining): Promise<JoinedMachine> {
  const { docker, ticket, step, signal } = joining
  const { door, settings } = await step('Ask the cluster', async ({ result }) => {
    const opened = await openJoinDoor(ticket, signal)
    const found = await opened.settings(signal)
    result(`Berth ${found.version} at ${found.servers.join(', ')}`)
    return { door: opened, settings: found }
  })
  const address = joining.address ?? door.localAddress
  const facts = await step('Look at the machine', () => lookAt(joining, settings))
  const planned = planJoining(settings, facts, joining)
  const images = joining.images(door, settings)
  const context = { docker, door, images, berthImage: settings.images.berth, address, signal }
  const begun: JoiningStep[] = []
  try {
    await applySteps(planned, { context, step, begun })
    await verify({ address: joining.edgeAddress ?? address, settings }, joining)
    await verifyFromOthers(othersOf(joining, door), joining)
  } catch (error) {
    const failures = await undo(begun, joining)
    throw withFailures(signal?.aborted ? signal.reason : error, failures)
  }
  return { settings, address, changes: planned.map(describeJoining) }
}

/** A swarm of old may have had the same managers; the cluster knows best who is in its own. */
async function lookAt({ docker, ticket, cluster }: Joining, settings: JoinSettings): Promise<JoiningFacts> {
  const facts = await observeJoining(docker, { settings, ticket, now: new Date() })
  const isListed = facts.swarm !== 'ours' || !cluster || (await cluster.lists(ticket.machine))
  return isListed ? facts : { ...facts, swarm: 'other' }
}

async function applySteps(
  planned: readonly JoiningStep[],
  { context, step, begun }: { context: JoiningContext; step: StepRunner; begun: JoiningStep[] },
): Promise<void> {
  const memory: JoiningMemory = {}
  for (const next of planned) {
    context.signal?.throwIfAborted()
    begun.push(next)
    await step(describeJoining(next), ({ progress }) => applyJoiningStep(next, context, { memory, report: progress }))
  }
}

async function verify(
  { address, settings: { machine, domain, httpPort } }: { address: string; settings: JoinSettings },
  { docker, cluster, step, signal }: Joining,
): Promise<void> {
  const entrance: Entrance = { address, port: httpPort, domain }
  await step('Wait until it serves', ({ progress }) =>
    verifyMachine({ docker, entrance, missing: () => cluster?.whatIsMissing(machine) }, { report: progress, signal }),
  )
}

/** Who asks by the token alone is answered as far as it goes: of its own machine. */
const othersOf = ({ cluster, ticket: { machine } }: Joining, door: JoinDoor): Others =>
  cluster ? { tryFromOthers: (signal) => cluster.reachability(machine, signal) } : door

export const verifyFromOthers = (others: Others, { step, signal }: Pick<Joining, 'step' | 'signal'>): Promise<void> =>
  step('Try it from the other machines', async ({ result }) => result(await tryFromOthers(others, signal)))

/** Goes on after a failure: what can be taken back is. Answers with what could not. */
async function undo(begun: readonly JoiningStep[], { docker, ticket, cluster, step }: Joining): Promise<string[]> {
  const works = planUndo(begun).map((next) => ({ title: describeUndo(next), work: () => applyUndo(next, docker) }))
  if (cluster && begun.some(({ kind }) => kind === 'joinSwarm')) {
    // Before it leaves: a manager that is gone and still counted may cost the cluster its majority.
    works.unshift({ title: `Take ${ticket.machine} off the list`, work: () => cluster.forget(ticket.machine) })
  }
  const failures: string[] = []
  for (const { title, work } of works) {
    await step(`Undo: ${title}`, work).catch((error: Error) => failures.push(`${title}: ${error.message}`))
  }
  return failures
}

function withFailures(error: unknown, failures: readonly string[]): unknown {
  if (failures.length === 0) return error
  const message = error instanceof Error ? error.message : String(error)
  return new PlatformError('engine_failed', `${message}\nNot all of it could be undone:\n${failures.join('\n')}`, {
    cause: error,
  })
}
