import { access, readFile } from 'node:fs/promises'
import type Docker from 'dockerode'
import type { InstallerConfig } from '../config.ts'
import { machineLabel, machineRole } from '../machine-containers/machine-site.ts'
import { isOurContainer, roleLabel } from '../names.ts'
import { readBootstrap } from '../state/cluster-secrets.ts'
import type { StateDir } from '../state/state-dir.ts'
import type { ObservedRemains } from './removal-plan.ts'

const registryPrefix = '127.0.0.1:5000/'
/** The engine puts it on what it runs for a swarm. */
const serviceLabel = 'com.docker.swarm.service.name'
const ours = { filters: { label: [roleLabel] } }

export async function observeRemains(
  docker: Docker,
  config: InstallerConfig,
  options: { state: StateDir; isEngineOurs: boolean; baseImageNames: readonly string[] },
): Promise<ObservedRemains> {
  const files = await listFiles(config, options.state)
  const info = await docker.info()
  const isManager = info.Swarm?.ControlAvailable === true
  const [all, networks, { Volumes: volumes }] = await Promise.all([
    docker.listContainers({ all: true }),
    docker.listNetworks(ours),
    docker.listVolumes(ours),
  ])
  const usedByOthers = new Set(all.filter(({ Labels }) => !isOurContainer(Labels)).map(({ ImageID }) => ImageID))
  const imageNames = await listImageNames(docker, options.baseImageNames, usedByOthers)
  const services = isManager ? await docker.listServices() : []
  const secrets = isManager ? await docker.listSecrets(ours) : []
  const hasLabel = (labels: Record<string, string> | undefined) => labels?.[roleLabel] !== undefined
  const isMachine = (labels: Record<string, string>) => labels[roleLabel] === machineRole
  const containers = all
    .filter(({ Labels }) => !isMachine(Labels))
    .map(({ Id, Names, Labels }) => ({
      name: Names[0]?.replace(/^\//, '') ?? Id.slice(0, 12),
      id: Id,
      role: isOurContainer(Labels) ? Labels?.[roleLabel] : undefined,
    }))
  return {
    services: services
      .filter(({ Spec }) => hasLabel(Spec?.Labels))
      .map(({ ID, Spec }) => ({ name: Spec?.Name ?? ID, id: ID })),
    containers: containers.flatMap(({ role, ...container }) => (role ? [{ ...container, role }] : [])),
    machines: all
      .filter(({ Labels }) => isMachine(Labels))
      .map(({ Id, Labels }) => ({ name: Labels[machineLabel] ?? '', id: Id })),
    networks: networks.map(({ Name, Id }) => ({ name: Name, id: Id })),
    secrets: secrets.map(({ ID, Spec }) => ({ name: Spec?.Name ?? ID, id: ID })),
    volumes: volumes.map(({ Name }) => ({ name: Name, id: Name })),
    imageNames,
    swarm: isManager
      ? {
          isManager,
          isOurs: hasLabel((await docker.swarmInspect()).Spec?.Labels),
          foreignServices: services
            .filter(({ Spec }) => !hasLabel(Spec?.Labels))
            .map(({ ID, Spec }) => Spec?.Name ?? ID),
          otherMachines: await listOtherMachines(docker, info.Swarm?.NodeID),
        }
      : workersSwarm(info.Swarm?.LocalNodeState, all),
    isEngineOurs: options.isEngineOurs,
    foreignContainers: containers.filter(({ role }) => !role).map(({ name }) => name),
    files,
  }
}

/** A worker cannot ask whose its swarm is. It is Berth's where an agent is, and only Berth's where nothing else runs in it. */
function workersSwarm(state: string | undefined, all: readonly Docker.ContainerInfo[]): ObservedRemains['swarm'] {
  if (state === undefined || state === 'inactive') return undefined
  const foreign = all.filter(({ Labels }) => !isOurContainer(Labels) && serviceLabel in Labels)
  return {
    isManager: false,
    isOurs: all.some(({ Labels }) => Labels[roleLabel] === 'agent'),
    foreignServices: [...new Set(foreign.map(({ Labels }) => Labels[serviceLabel] ?? ''))],
    otherMachines: [],
  }
}

async function listOtherMachines(docker: Docker, ownId: string | undefined): Promise<string[]> {
  const machines = await docker.listNodes()
  return machines.filter(({ ID }) => ID !== ownId).map(({ ID, Description }) => Description?.Hostname ?? ID)
}

/**
 * Names in Berth's own registry, and base images that Berth made. A user's image that was built on one of those inherits
 * its label, so the label alone does not make an image ours. What a user's container runs from stays.
 */
export async function listImageNames(
  docker: Docker,
  baseImageNames: readonly string[],
  usedByOthers: ReadonlySet<string>,
): Promise<string[]> {
  const images = (await docker.listImages()).filter(({ Id }) => !usedByOthers.has(Id))
  return images.flatMap(({ RepoTags, RepoDigests, Labels }) => {
    const names = [...(RepoTags ?? []), ...(RepoDigests ?? [])]
    const isBase = Labels?.[roleLabel] === 'image'
    return names.filter((name) => name.startsWith(registryPrefix) || (isBase && baseImageNames.includes(name)))
  })
}

export async function listFiles(config: InstallerConfig, state: StateDir): Promise<string[]> {
  return [
    ...((await exists(state.path)) ? [state.path] : []),
    ...((await isOwnLogin(config.cliConfigPath, state)) ? [config.cliConfigPath] : []),
  ]
}

/** The file may since hold a login to another Berth, which is not ours to remove. */
async function isOwnLogin(path: string, state: StateDir): Promise<boolean> {
  const bootstrap = await readBootstrap(state)
  const text = await readFile(path, 'utf8').catch(() => '')
  return bootstrap !== undefined && text.includes(bootstrap.apiToken)
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  )
