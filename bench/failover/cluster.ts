import type Docker from 'dockerode'
import type { Machine } from '../../tests/machine.ts'
import { until } from '../harness/platform.ts'

export const replicas = 6

/** Four machines, one of them the manager, with one service of six instances. */
export type Cluster = {
  manager: Docker
  service: string
  /** Those that may be lost. */
  workers: readonly Machine[]
  /** Whatever the cluster does after a machine is back, so that the next round begins as this one did. */
  spreadAgain(): Promise<void>
}

type SwarmTask = {
  NodeID?: string
  CreatedAt: string
  Status: { State: string; Timestamp: string; Message?: string; Err?: string }
  DesiredState: string
}

/** By the id of their machine, of the instances that run and shall run. */
export async function whereRunning({ manager, service }: Cluster): Promise<string[]> {
  const tasks: SwarmTask[] = await manager.listTasks({ filters: { service: [service], 'desired-state': ['running'] } })
  return tasks.filter(({ Status }) => Status.State === 'running').map(({ NodeID }) => NodeID ?? '')
}

export const allRun = (cluster: Cluster, without?: string) =>
  until(
    `${replicas} instances of ${cluster.service} run`,
    () => whereRunning(cluster),
    (nodes) => nodes.length === replicas && !nodes.includes(without ?? ''),
  )

export async function nodeIdOf({ docker }: Machine): Promise<string> {
  const { Swarm: swarm } = await docker.info()
  if (!swarm?.NodeID) throw new Error('The machine is in no swarm')
  return swarm.NodeID
}

export const nodeIsReady = (manager: Docker, nodeId: string) =>
  until(
    'the machine is back',
    async () => (await manager.getNode(nodeId).inspect()).Status.State,
    (state) => state === 'ready',
  )

/** One line for each task that has not ended: its machine, what it is and shall be, and since when. */
export async function describeTasks({ manager, service }: Cluster): Promise<string> {
  const tasks: SwarmTask[] = await manager.listTasks({ filters: { service: [service] } })
  return tasks
    .filter(({ Status }) => !['shutdown', 'failed', 'complete', 'remove'].includes(Status.State))
    .map(({ NodeID, CreatedAt, DesiredState, Status }) =>
      [NodeID, CreatedAt, `${Status.State} of ${DesiredState}`, Status.Timestamp, Status.Message, Status.Err].join(
        '  ',
      ),
    )
    .join('\n')
}
