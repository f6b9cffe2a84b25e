import type Docker from 'dockerode'
import { addressLabel, type MachineSite, machineLabel } from './machine-site.ts'

export const machineImage = 'berth-machine'
/** With an engine that is some years younger. */
export const newerMachineImage = 'berth-machine-newer'

export type MachineLimits = { cpuMillis?: number | undefined; memoryBytes?: number | undefined }

export type MachineSpec = MachineLimits & {
  name: string
  /** The usual one, unless another is said. */
  image?: string | undefined
  address: string
  /** What nobody on this host can have. */
  missingCapabilities: readonly string[]
  resolvers: readonly string[]
  /** Under which this host is known in its own swarm; undefined where it is in none. */
  hostAddress?: string | undefined
}

/** A container in which an engine runs as on a machine of its own, also on hosts that refuse --privileged. */
export function machineOptions(site: MachineSite, spec: MachineSpec): Docker.ContainerCreateOptions {
  const { name, address, resolvers, image = machineImage } = spec
  return {
    name: site.containerName(name),
    Image: image,
    Hostname: name,
    Labels: { ...site.labels, [machineLabel]: name, [addressLabel]: address },
    Env: environment(spec),
    // The socket is root's alone. The resolver of this container's own network cannot be reached from the networks inside.
    Cmd: [
      ...['-H', 'unix:///run/docker-host/docker.sock', '--group', 'root'],
      ...resolvers.flatMap((resolver) => ['--dns', resolver]),
    ],
    HostConfig: hostConfig(site, spec),
    NetworkingConfig: { EndpointsConfig: { [site.network]: endpointAt(address) } },
  }
}

/** What the entrypoint needs to know beside the flags of the engine. */
const environment = ({ memoryBytes, hostAddress }: MachineSpec) => [
  ...(memoryBytes ? [`BERTH_MACHINE_MEMORY=${memoryBytes}`] : []),
  ...(hostAddress ? [`BERTH_HOST_ADDRESS=${hostAddress}`] : []),
]

function hostConfig(site: MachineSite, spec: MachineSpec): Docker.ContainerCreateOptions['HostConfig'] {
  const { name, missingCapabilities, cpuMillis, memoryBytes } = spec
  return {
    CapAdd: ['ALL'],
    CapDrop: [...missingCapabilities],
    SecurityOpt: ['seccomp=unconfined', 'apparmor=unconfined'],
    MaskedPaths: [],
    ReadonlyPaths: [],
    DeviceCgroupRules: ['a *:* rwm'],
    NetworkMode: site.network,
    RestartPolicy: { Name: site.isPermanent ? 'unless-stopped' : 'no' },
    ...(cpuMillis ? { NanoCpus: cpuMillis * 1_000_000 } : {}),
    ...(memoryBytes ? { Memory: memoryBytes, MemorySwap: memoryBytes } : {}),
    // Empty after each start, as on a real machine: an engine stumbles over what a killed one left in there.
    Tmpfs: { '/run': 'rw,exec,mode=755' },
    // A bind rather than a mount: /run of this host is empty after it was restarted, and a bind makes the folder anew.
    Binds: [`${site.socketFolder(name)}:/run/docker-host`],
    Mounts: [
      {
        Type: 'volume',
        Source: site.containerName(name),
        Target: '/var/lib/docker',
        VolumeOptions: {
          NoCopy: true,
          Labels: volumeLabels(site, name),
          DriverConfig: { Name: 'local', Options: {} },
        },
      },
    ],
  }
}

/** A label without a value only takes away what a container would inherit from its image; a volume inherits nothing. */
export const volumeLabels = (site: MachineSite, name: string): Record<string, string> =>
  Object.fromEntries(Object.entries({ ...site.labels, [machineLabel]: name }).filter(([, value]) => value !== ''))

/** The address stays the same for life: the machines of a swarm know each other by it. */
export const endpointAt = (address: string) => ({ IPAMConfig: { IPv4Address: address } })
