import type Docker from 'dockerode'

const benchLabel = 'berth.bench'

export const labelsOf = (runId: string) => ({ [benchLabel]: runId })

export async function removeLabelled(docker: Docker, runId: string): Promise<void> {
  const filters = { label: [`${benchLabel}=${runId}`] }
  const containers = await docker.listContainers({ all: true, filters })
  await Promise.all(containers.map(({ Id }) => docker.getContainer(Id).remove({ force: true, v: true })))
  const networks = await docker.listNetworks({ filters })
  await Promise.all(networks.map(({ Id }) => docker.getNetwork(Id).remove()))
}
