import type Docker from 'dockerode'
import { agentContainer, roleLabel, specLabel } from '../names.ts'
import type { Named, ObservedAgent, ObservedInstallation, ObservedService } from './install-plan.ts'
import { type CertifiedMachine, hasValidIdentity } from './machine-identity.ts'

type Labels = Record<string, string> | undefined | null

const isOurs = (labels: Labels) => labels?.[roleLabel] !== undefined
const named = (name: string | undefined, id: string, labels: Labels): Named => ({
  name: name ?? '',
  id,
  isOurs: isOurs(labels),
})

export async function observeInstallation(
  docker: Docker,
  identity: { caPem: string; machine: CertifiedMachine; now: Date },
): Promise<ObservedInstallation> {
  const [networks, { Volumes: volumes }, secrets, services, agent] = await Promise.all([
    docker.listNetworks(),
    docker.listVolumes(),
    docker.listSecrets(),
    docker.listServices(),
    observeAgent(docker, identity),
  ])
  return {
    networks: networks.map(({ Name, Id, Labels }) => named(Name, Id, Labels)),
    volumes: volumes.map(({ Name, Labels }) => named(Name, Name, Labels)),
    secrets: secrets.map(({ ID, Spec }) => named(Spec?.Name, ID, Spec?.Labels)),
    services: services.map(
      ({ ID, Spec, Version }): ObservedService => ({
        ...named(Spec?.Name, ID, Spec?.Labels),
        specHash: Spec?.Labels?.[specLabel],
        version: Version?.Index ?? 0,
      }),
    ),
    agent,
  }
}

async function observeAgent(
  docker: Docker,
  identity: { caPem: string; machine: CertifiedMachine; now: Date },
): Promise<ObservedAgent | undefined> {
  // The engine's name filter also finds names that only contain this one.
  const containers = await docker.listContainers({ all: true, filters: { name: [agentContainer] } })
  const found = containers.find(({ Names }) => Names.includes(`/${agentContainer}`))
  if (!found) return undefined
  const ours = isOurs(found.Labels)
  return {
    ...named(agentContainer, found.Id, found.Labels),
    specHash: found.Labels[specLabel],
    // One that keeps ending is started by the engine itself, again and again.
    isRunning: found.State === 'running' || found.State === 'restarting',
    hasValidIdentity: ours && (await hasValidIdentity(docker.getContainer(found.Id), identity)),
  }
}
