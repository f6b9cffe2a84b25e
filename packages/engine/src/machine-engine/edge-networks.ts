import { setTimeout as delay } from 'node:timers/promises'
import { PlatformError } from '@berth/contract'
import type Dockerode from 'dockerode'
import { engineCall, engineStatus, engineWords, findCall } from '../engine-failure.ts'
import { labelName } from '../labels.ts'
import type { MachineEngine } from './machine-engine.ts'

type NetworkMethods = Pick<
  MachineEngine,
  | 'connectNetwork'
  | 'disconnectNetwork'
  | 'listContainerNetworks'
  | 'containerAddress'
  | 'networkGateway'
  | 'ensureBridgeNetwork'
>
type GetOwn = (name: string, signal: AbortSignal | undefined) => Promise<Dockerode.ContainerInspectInfo>

export function edgeNetworksOf(docker: Dockerode, { getOwn }: { getOwn: GetOwn }): NetworkMethods {
  const networksOf = async (name: string, signal: AbortSignal | undefined) => attachedTo(await getOwn(name, signal))

  return {
    listContainerNetworks: networksOf,
    async containerAddress(name, network, signal) {
      const { State, NetworkSettings } = await getOwn(name, signal)
      return (State.Running && NetworkSettings.Networks[network]?.IPAddress) || undefined
    },
    async connectNetwork(name, network, signal) {
      const found = await getOwn(name, signal)
      if (attachedTo(found).includes(network)) return
      const options: Dockerode.NetworkConnectOptions & { abortSignal?: AbortSignal } = {
        Container: found.Id,
        abortSignal: signal,
      }
      await engineCall(`connect ${name} to the network ${network}`, signal, () =>
        whileForgotten(docker, network, () => docker.getNetwork(network).connect(options).catch(ignoreAttached)),
      )
    },
    async disconnectNetwork(name, network, signal) {
      const found = await getOwn(name, signal)
      if (!(network in found.NetworkSettings.Networks)) return
      await findCall(`disconnect ${name} from the network ${network}`, signal, () =>
        docker.getNetwork(network).disconnect({ Container: found.Id, abortSignal: signal }).catch(ignoreDetached),
      )
    },
    async networkGateway(network, signal) {
      const found = await findNetwork(docker, network, signal)
      return found?.IPAM?.Config?.[0]?.Gateway?.replace(/\/\d+$/, '')
    },
    ensureBridgeNetwork: (network, signal) => ensureBridgeNetwork(docker, network, signal),
  }
}

const forgottenMs = 5_000
const retryMs = 250

/**
 * An engine forgets an overlay when its last user on the machine leaves, and for a moment then answers that the network
 * is not found, although the cluster has it. Tried again until that moment is over.
 */
async function whileForgotten<Result>(
  docker: Dockerode,
  network: string,
  connect: () => Promise<Result>,
): Promise<Result> {
  const endMs = performance.now() + forgottenMs
  for (;;) {
    try {
      return await connect()
    } catch (error) {
      if (engineStatus(error) !== 404 || performance.now() > endMs) throw error
      const isKnown = (await docker.listNetworks({ filters: { name: [network] } })).some(({ Name }) => Name === network)
      if (!isKnown) throw error
    }
    await delay(retryMs)
  }
}

/** A connect that failed half-way leaves an entry without an endpoint; another connect then completes it. */
const attachedTo = ({ State, NetworkSettings }: Dockerode.ContainerInspectInfo): string[] =>
  Object.entries(NetworkSettings.Networks).flatMap(([name, { EndpointID }]) =>
    EndpointID || !State.Running ? [name] : [],
  )

async function ensureBridgeNetwork(docker: Dockerode, network: string, abortSignal: AbortSignal | undefined) {
  if (await findNetwork(docker, network, abortSignal)) return
  const Labels = { [labelName.role]: 'network' }
  await engineCall(`create the network ${network}`, abortSignal, async () => {
    try {
      await docker.createNetwork({ Name: network, CheckDuplicate: true, Driver: 'bridge', Labels, abortSignal })
    } catch (error) {
      if (engineStatus(error) !== 409) throw error
    }
  })
}

async function findNetwork(docker: Dockerode, name: string, abortSignal: AbortSignal | undefined) {
  const networks = await engineCall(`look at the network ${name}`, abortSignal, () =>
    docker.listNetworks({ filters: { name: [name] }, abortSignal }),
  )
  // The filter takes any part of a name.
  const found = networks.find(({ Name }) => Name === name)
  if (!found || found.Labels?.[labelName.role] === 'network') return found
  throw new PlatformError('conflict', `A network named ${name} exists already and is not Berth's`, {
    hint: 'Rename or remove it: docker network ls shows it',
  })
}

function ignoreAttached(error: unknown) {
  if (!/already exists in network|already attached/i.test(engineWords(error))) throw error
}

function ignoreDetached(error: unknown) {
  if (!/is not connected to/i.test(engineWords(error))) throw error
}
