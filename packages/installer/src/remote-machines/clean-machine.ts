import type Docker from 'dockerode'
import { baseImageNames } from '../base-images/base-image-names.ts'
import { isOurContainer, roleLabel } from '../names.ts'
import { applyRemovalStep } from '../removal/apply-removal.ts'
import { listImageNames } from '../removal/observe-remains.ts'
import { describeRemoval, type ObservedRemains, planRemoval } from '../removal/removal-plan.ts'
import type { StepRunner } from '../steps.ts'

const ours = { filters: { label: [roleLabel] } }

/** What carries Berth's label on a machine. */
async function observeParts(docker: Docker) {
  const [all, networks, { Volumes: volumes }] = await Promise.all([
    docker.listContainers({ all: true }),
    docker.listNetworks(ours),
    docker.listVolumes(ours),
  ])
  const usedByOthers = new Set(all.filter(({ Labels }) => !isOurContainer(Labels)).map(({ ImageID }) => ImageID))
  return {
    containers: all
      .filter(({ Labels }) => isOurContainer(Labels))
      .map(({ Id, Names, Labels }) => ({
        name: Names[0]?.replace(/^\//, '') ?? Id.slice(0, 12),
        id: Id,
        role: Labels[roleLabel] ?? '',
      })),
    // Those of the cluster go when the machine leaves it.
    networks: networks.filter(({ Scope }) => Scope === 'local').map(({ Name, Id }) => ({ name: Name, id: Id })),
    volumes: (volumes ?? []).map(({ Name }) => ({ name: Name, id: Name })),
    imageNames: await listImageNames(docker, baseImageNames, usedByOthers),
  }
}

/** By name, to tell later what was there before Berth added the machine. */
export async function listRemains(docker: Docker): Promise<string[]> {
  const { containers, networks, volumes, imageNames } = await observeParts(docker)
  return [...[...containers, ...networks, ...volumes].map(({ name }) => name), ...imageNames]
}

export type Cleaning = {
  /** Names of what was there before Berth added the machine. */
  kept: readonly string[]
  /** Where they are needed again at once. */
  keepsImages?: boolean
}

/** Leaves the cluster's swarm and removes what Berth put on a machine, and nothing else. */
export async function cleanMachine(
  docker: Docker,
  { kept, keepsImages = false }: Cleaning,
  step: StepRunner,
): Promise<void> {
  const parts = await observeParts(docker)
  const { Swarm: swarm } = await docker.info()
  const isManager = swarm?.ControlAvailable === true
  const isMember = (swarm?.LocalNodeState ?? 'inactive') !== 'inactive'
  const isOurs = ({ name }: { name: string }) => !kept.includes(name)
  const remains: ObservedRemains = {
    ...none,
    containers: parts.containers.filter(isOurs),
    networks: parts.networks.filter(isOurs),
    volumes: parts.volumes.filter(isOurs),
    imageNames: keepsImages ? [] : parts.imageNames.filter((name) => !kept.includes(name)),
    swarm: isMember ? { isOurs: true, isManager, foreignServices: [], otherMachines: [] } : undefined,
  }
  for (const planned of planRemoval(remains, { withData: true }).steps) {
    await step(describeRemoval(planned), ({ progress }) =>
      applyRemovalStep(planned, { docker, stopEngine: async () => undefined, report: progress }),
    )
  }
}

const none: Omit<ObservedRemains, 'containers' | 'networks' | 'volumes' | 'imageNames' | 'swarm'> = {
  services: [],
  machines: [],
  secrets: [],
  isEngineOurs: false,
  foreignContainers: [],
  files: [],
}
