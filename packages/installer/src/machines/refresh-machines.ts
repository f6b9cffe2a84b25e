import { certificateSha256 } from '@berth/identity'
import type Docker from 'dockerode'
import type { AgentSettings } from '../installation/desired-installation.ts'
import { imagesOfEngine } from '../joining/image-source.ts'
import { refreshMember } from '../joining/refresh-member.ts'
import { listMachineContainers } from '../machine-containers/machine-container.ts'
import { ownSite } from '../machine-containers/machine-site.ts'
import type { StepRunner } from '../steps.ts'

type Cluster = { agents: AgentSettings; server: string; caPem: string; step: StepRunner }

/** Agents of one cluster are of one version: those of the machines in containers here follow this machine's. */
export async function refreshMachines(docker: Docker, cluster: Cluster): Promise<string[]> {
  const { agents, server, caPem, step } = cluster
  const { image, edgeImage, ...rest } = agents
  const caSha256 = certificateSha256(caPem)
  const changes: string[] = []
  for (const { machine, isRunning } of await listMachineContainers(docker, ownSite)) {
    if (!isRunning) continue
    const { name } = machine
    const images = { berth: image, edge: edgeImage }
    const done = await refreshMember({
      docker: machine.docker,
      settings: { ...rest, images, machine: name, role: 'worker', servers: [server] },
      ticket: { machine: name, servers: [server], caSha256 },
      images: imagesOfEngine(docker),
      step,
    })
    changes.push(...done)
  }
  return changes
}
