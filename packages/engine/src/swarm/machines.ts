import { setTimeout as delay } from 'node:timers/promises'
import { PlatformError } from '@berth/contract'
import type Dockerode from 'dockerode'
import type { Engine } from '../engine.ts'
import { engineCall, findCall } from '../engine-failure.ts'
import { labelName, machineLabelPrefix } from '../labels.ts'
import { findMachine, pausedElsewhere } from './found-machine.ts'
import { cordonLabelOf } from './observed-machine.ts'
import { closeMachine, openMachine } from './opening.ts'
import type { SwarmNode, SwarmNodeSpec } from './swarm-types.ts'

type Methods = Pick<
  Engine,
  | ('removeMachine' | 'setMachineRole' | 'setMachineLabels')
  | ('setMachineAvailability' | 'openMachine' | 'closeMachine')
>

export const machinesOf = (docker: Dockerode): Methods => ({
  removeMachine: (id, { force = false, signal } = {}) => remove(docker, id, { force, signal }),

  async setMachineRole(id, role, fromVersion, signal) {
    await change(docker, { id, fromVersion, signal }, ({ Spec }) => ({ ...Spec, Role: role }))
    await untilInForce(docker, { id, role, signal })
  },

  setMachineAvailability: (id, { availability, cordonLabel }, fromVersion, signal) =>
    change(docker, { id, fromVersion, signal }, (node) => {
      if (node.Spec.Availability !== 'active' && cordonLabelOf(node) === null) throw pausedElsewhere(node)
      const { [labelName.cordon]: _, [labelName.opened]: __, ...labels } = node.Spec.Labels ?? {}
      return {
        ...node.Spec,
        Availability: availability,
        Labels: { ...labels, ...(cordonLabel && { [labelName.cordon]: cordonLabel }) },
      }
    }),

  openMachine: (id, openMs, signal) => openMachine(docker, { id, openMs }, signal),
  closeMachine: (id, signal) => closeMachine(docker, id, signal),

  setMachineLabels: (id, labels, fromVersion, signal) =>
    change(docker, { id, fromVersion, signal }, ({ Spec }) => ({
      ...Spec,
      Labels: Object.fromEntries([
        ...Object.entries(Spec.Labels ?? {}).filter(([name]) => !name.startsWith(machineLabelPrefix)),
        ...Object.entries(labels).map(([name, value]) => [`${machineLabelPrefix}${name}`, value]),
      ]),
    })),
})

type Change = { id: string; fromVersion: number; signal: AbortSignal | undefined }

async function change(
  docker: Dockerode,
  { id, fromVersion, signal }: Change,
  next: (node: SwarmNode) => SwarmNodeSpec,
) {
  const node = await findMachine(docker, id, signal)
  if (!node) throw new PlatformError('machine_not_found', 'This machine is no longer in the cluster')
  const spec = next(node)
  await engineCall(`change the machine ${node.Description.Hostname}`, signal, () =>
    docker.getNode(id).update({ _query: { version: fromVersion }, _body: spec, abortSignal: signal }),
  )
}

const inForceMs = 20_000
const lookEveryMs = 200

type RoleChange = { id: string; role: 'manager' | 'worker'; signal: AbortSignal | undefined }

/**
 * Swarm changes who votes only some seconds after the role. Another change in between, or a stop of the machine, can leave
 * too few voters for the quorum, and then nobody can change the cluster any more.
 */
async function untilInForce(docker: Dockerode, change: RoleChange): Promise<void> {
  const endMs = performance.now() + inForceMs
  while (!(await isInForce(docker, change))) {
    if (performance.now() > endMs) {
      throw new PlatformError(
        'engine_failed',
        `The engine has not made it a ${change.role} within ${inForceMs / 1000} s`,
        {
          hint: 'It goes on trying: look at `docker node ls` on a manager before anything else is changed',
        },
      )
    }
    await delay(lookEveryMs, undefined, { signal: change.signal })
  }
}

async function isInForce(docker: Dockerode, { id, role, signal }: RoleChange): Promise<boolean> {
  try {
    const node = await findMachine(docker, id, signal)
    return role === 'manager' ? node?.ManagerStatus?.Reachability === 'reachable' : !node?.ManagerStatus
  } catch (error) {
    signal?.throwIfAborted()
    // Either the machine itself was asked and is no manager any more, or another leader is being elected.
    return role === 'worker' && error instanceof Error && /not a swarm manager/i.test(error.message)
  }
}

async function remove(
  docker: Dockerode,
  id: string,
  { force, signal: abortSignal }: { force: boolean; signal: AbortSignal | undefined },
) {
  const node = await findMachine(docker, id, abortSignal)
  if (!node) return
  await findCall(`remove the machine ${node.Description.Hostname}`, abortSignal, () =>
    docker.getNode(id).remove({ _query: { force }, _body: {}, abortSignal }),
  )
}
