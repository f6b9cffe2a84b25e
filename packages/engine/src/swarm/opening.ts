import { setTimeout as delay } from 'node:timers/promises'
import { PlatformError } from '@berth/contract'
import type Dockerode from 'dockerode'
import { engineCall } from '../engine-failure.ts'
import { labelName } from '../labels.ts'
import { findMachine, pausedElsewhere } from './found-machine.ts'
import { cordonLabelOf, openedFromOf } from './observed-machine.ts'
import type { SwarmNode, SwarmNodeSpec } from './swarm-types.ts'

const callMs = 5_000
const mostAttempts = 10
const betweenAttemptsMs = 200

type Opening = { id: string; openMs: number }

export async function openMachine(docker: Dockerode, { id, openMs }: Opening, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted()
  const machine = await findMachine(docker, id, signal)
  if (!machine) throw new PlatformError('machine_not_found', 'This machine is no longer in the cluster')
  if (openedSpecOf(machine) === null) throw pausedElsewhere(machine)
  try {
    // Not given up half-way by the signal: the engine might do it after all, and then nobody would know.
    await change(docker, id, openedSpecOf)
    await delay(openMs, undefined, { signal })
  } finally {
    await closeMachine(docker, id)
  }
}

export async function closeMachine(docker: Dockerode, id: string, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted()
  await change(docker, id, closedSpecOf)
}

/** Null for a machine that is not to be opened. */
export function openedSpecOf(node: SwarmNode): SwarmNodeSpec | null {
  if (openedFromOf(node) !== null) return node.Spec
  const { Availability, Labels } = node.Spec
  if (Availability === 'active' || cordonLabelOf(node) === null) return null
  return { ...node.Spec, Availability: 'active', Labels: { ...Labels, [labelName.opened]: Availability } }
}

/** Null where nothing is to be done. What somebody did in between stands. */
export function closedSpecOf(node: SwarmNode): SwarmNodeSpec | null {
  const { [labelName.opened]: opened, ...Labels } = node.Spec.Labels ?? {}
  if (opened === undefined) return null
  return { ...node.Spec, Availability: openedFromOf(node) ?? node.Spec.Availability, Labels }
}

/** Any other change of the machine may come in between, so each attempt looks anew. */
async function change(docker: Dockerode, id: string, next: (node: SwarmNode) => SwarmNodeSpec | null) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await changeOnce(docker, id, next)
    } catch (error) {
      if (attempt === mostAttempts || (error instanceof PlatformError && error.code === 'engine_failed')) throw error
      await delay(betweenAttemptsMs)
    }
  }
}

async function changeOnce(docker: Dockerode, id: string, next: (node: SwarmNode) => SwarmNodeSpec | null) {
  const abortSignal = AbortSignal.timeout(callMs)
  const node = await findMachine(docker, id, abortSignal)
  const spec = node && next(node)
  if (!node || !spec || spec === node.Spec) return
  await engineCall(`open or close the machine ${node.Description.Hostname}`, abortSignal, () =>
    docker.getNode(id).update({ _query: { version: node.Version.Index }, _body: spec, abortSignal }),
  )
}
