import type Dockerode from 'dockerode'
import { engineCall, engineStatus, findCall } from '../engine-failure.ts'
import { instanceIdLabel, roleLabel } from '../labels.ts'
import type { EndedInstance, MachineEngine } from './machine-engine.ts'

const endedStates = ['exited', 'dead']

/** What is left of Berth's own instances. Nothing else is ever listed, and so nothing else can be removed. */
export const endedInstancesOf = (
  docker: Dockerode,
): Pick<MachineEngine, 'listEndedInstances' | 'removeEndedInstance'> => ({
  async listEndedInstances(signal) {
    const containers = await listEnded(docker, [roleLabel('app'), instanceIdLabel], signal)
    const inspected = await Promise.all(containers.map(({ Id }) => inspect(docker, Id, signal)))
    return inspected.flatMap((found): EndedInstance[] => {
      const instanceId = found?.Config.Labels[instanceIdLabel]
      return found && instanceId ? [{ instanceId, endedAtMs: Date.parse(found.State.FinishedAt) }] : []
    })
  },

  async removeEndedInstance(instanceId, signal) {
    const ended = await listEnded(docker, [roleLabel('app'), `${instanceIdLabel}=${instanceId}`], signal)
    for (const { Id } of ended) await remove(docker, Id, signal)
  },
})

const listEnded = (docker: Dockerode, label: string[], abortSignal: AbortSignal | undefined) =>
  engineCall('list the instances that ended', abortSignal, () =>
    docker.listContainers({ all: true, filters: { label, status: endedStates }, abortSignal }),
  )

const inspect = (docker: Dockerode, containerId: string, abortSignal: AbortSignal | undefined) =>
  findCall('look at an instance that ended', abortSignal, () =>
    docker.getContainer(containerId).inspect({ abortSignal }),
  )

/** With its anonymous volumes, as the engine itself does; without force, so that what runs again by now stays. */
const remove = (docker: Dockerode, containerId: string, abortSignal: AbortSignal | undefined) =>
  findCall('remove an instance that ended', abortSignal, () =>
    docker
      .getContainer(containerId)
      .remove({ v: true, abortSignal })
      .catch((error: unknown) => {
        if (engineStatus(error) !== 409) throw error // It runs again, or the engine removes it at this moment.
      }),
  )
