import type Dockerode from 'dockerode'
import { engineCall } from '../engine-failure.ts'
import { hasRole } from '../labels.ts'
import type { SwarmTask } from './swarm-types.ts'

/**
 * Whether Berth's server runs nowhere and finds no machine, and this one could be it. For the agents of managers alone: who asks
 * for it over a channel has a server.
 */
export async function isServerWaitingFor(docker: Dockerode, machineId: string, abortSignal?: AbortSignal) {
  const tasks = await engineCall('list what runs in the cluster', abortSignal, () => docker.listTasks({ abortSignal }))
  return areWaitingFor(machineId, tasks as SwarmTask[])
}

export function areWaitingFor(machineId: string, tasks: readonly SwarmTask[]): boolean {
  const wanted = tasks.filter(
    ({ Spec, DesiredState }) =>
      hasRole(Spec.ContainerSpec?.Labels, 'server') && ['ready', 'running'].includes(DesiredState),
  )
  return wanted.length > 0 && wanted.every((task) => isUnplaced(task) && mayRunOn(task, machineId))
}

const isUnplaced = ({ Status: { State, Err = '' } }: SwarmTask) => State === 'pending' && /no suitable node/i.test(Err)

function mayRunOn({ Spec }: SwarmTask, machineId: string): boolean {
  const constraints = (Spec.Placement?.Constraints ?? []).map((constraint) => constraint.replaceAll(' ', ''))
  return constraints.every(
    (constraint) => !constraint.startsWith('node.id==') || constraint === `node.id==${machineId}`,
  )
}
