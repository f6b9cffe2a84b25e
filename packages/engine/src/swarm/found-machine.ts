import { PlatformError } from '@berth/contract'
import type Dockerode from 'dockerode'
import { findCall } from '../engine-failure.ts'
import type { SwarmNode } from './swarm-types.ts'

export async function findMachine(docker: Dockerode, id: string, abortSignal: AbortSignal | undefined) {
  const node = (await findCall('look at a machine', abortSignal, () => docker.getNode(id).inspect({ abortSignal }))) as
    | SwarmNode
    | undefined
  // The engine also finds by name and by the beginning of an id.
  return node?.ID === id ? node : undefined
}

export const pausedElsewhere = ({ Description, Spec }: SwarmNode) =>
  new PlatformError('conflict', `${Description.Hostname} was taken out of service (${Spec.Availability}) past Berth`, {
    hint: `Berth leaves that as it is: docker node update --availability active ${Description.Hostname}`,
  })
