import { X509Certificate } from 'node:crypto'
import { type JoinSettings, type JoinTicket, parseHostPort } from '@berth/contract'
import { certificateSha256 } from '@berth/identity'
import type Docker from 'dockerode'
import { listMissingImages } from '../images/copy-images.ts'
import type { Named } from '../installation/install-plan.ts'
import { readFileIn } from '../installation/machine-identity.ts'
import { agentContainer, edgeNetwork, memberVolumes, roleLabel, specLabel } from '../names.ts'
import type { JoiningFacts } from './joining-plan.ts'

const identityFolder = '/var/lib/berth/identity'

type Labels = Readonly<Record<string, string>> | null | undefined

const named = (name: string, id: string, labels: Labels): Named => ({
  name,
  id,
  isOurs: labels?.[roleLabel] !== undefined,
})

export type Cluster = {
  settings: JoinSettings
  ticket: Pick<JoinTicket, 'machine' | 'servers' | 'caSha256'>
  now: Date
}

/** What there is of Berth on the engine of a machine that is to join. */
export async function observeJoining(docker: Docker, cluster: Cluster): Promise<JoiningFacts> {
  const { settings, ticket } = cluster
  const [info, networks, { Volumes: volumes }, containers] = await Promise.all([
    docker.info(),
    docker.listNetworks(),
    docker.listVolumes(),
    docker.listContainers({ all: true }),
  ])
  const agent = containers.find(({ Names }) => Names.includes(`/${agentContainer}`))
  return {
    name: info.Name,
    engineFolder: info.DockerRootDir,
    swarm: swarmOf(info.Swarm, [...ticket.servers, ...settings.servers]),
    missingImages: await listMissingImages(docker, [settings.images.berth, settings.images.edge]),
    networks: networks.filter(({ Name }) => Name === edgeNetwork).map((it) => named(it.Name, it.Id, it.Labels)),
    volumes: (volumes ?? [])
      .filter(({ Name }) => memberVolumes.some((wanted) => wanted === Name))
      .map((it) => named(it.Name, it.Name, it.Labels)),
    agent: agent && {
      ...named(agentContainer, agent.Id, agent.Labels),
      specHash: agent.Labels[specLabel],
      isRunning: agent.State === 'running' || agent.State === 'restarting',
    },
    hasIdentity: agent !== undefined && (await hasIdentity(docker.getContainer(agent.Id), cluster)),
  }
}

type SwarmInfo = { LocalNodeState?: string; RemoteManagers?: { Addr: string }[] | null }

/** A worker does not know the id of its swarm; it knows the managers, and each of ours is where a server may be. */
export function swarmOf(swarm: SwarmInfo | undefined, servers: readonly string[]): JoiningFacts['swarm'] {
  if (!swarm || (swarm.LocalNodeState ?? 'inactive') === 'inactive') return 'none'
  const hosts = new Set(servers.map((address) => parseHostPort(address)?.host))
  const isOurs = (swarm.RemoteManagers ?? []).some(({ Addr }) => hosts.has(parseHostPort(Addr)?.host))
  return isOurs && swarm.LocalNodeState === 'active' ? 'ours' : 'other'
}

async function hasIdentity(agent: Docker.Container, { ticket, now }: Cluster): Promise<boolean> {
  const [caPem, certPem] = await Promise.all(
    ['ca.pem', 'cert.pem'].map((name) => readFileIn(agent, `${identityFolder}/${name}`)),
  )
  return caPem !== undefined && certPem !== undefined && isIdentityOf({ caPem, certPem }, { ticket, now })
}

export function isIdentityOf(
  { caPem, certPem }: { caPem: string; certPem: string },
  { ticket, now }: { ticket: Pick<JoinTicket, 'machine' | 'caSha256'>; now: Date },
): boolean {
  const ca = new X509Certificate(caPem)
  const certificate = new X509Certificate(certPem)
  return (
    certificateSha256(caPem) === ticket.caSha256 &&
    certificate.verify(ca.publicKey) &&
    certificate.toLegacyObject().subject.CN === ticket.machine &&
    certificate.validToDate > now
  )
}
