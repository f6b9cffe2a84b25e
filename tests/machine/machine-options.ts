import type Docker from 'dockerode'

export const testLabel = 'berth.test'
/** The whole test run that a machine belongs to, whatever its own test called it. */
export const sessionLabel = 'berth.test-session'
export const machineImage = 'berth-machine'
export const machineNetwork = 'berth-test-net'

export type MachineSpec = {
  name: string
  runId: string
  address: string
  /** Where its socket shows on this host. */
  socketFolder: string
  /** What nobody on this host can have. */
  missingCapabilities: readonly string[]
  resolvers: readonly string[]
  session: string | undefined
}

export const containerName = ({ name, runId }: { name: string; runId: string }) => `berth-test-${runId}-${name}`

/** A container in which an engine runs as on a machine of its own, also on hosts that refuse --privileged. */
export function machineOptions(spec: MachineSpec): Docker.ContainerCreateOptions {
  const { name, runId, address, socketFolder, missingCapabilities, resolvers, session } = spec
  const labels = { [testLabel]: runId, ...(session ? { [sessionLabel]: session } : {}) }
  const volume = containerName(spec)
  return {
    name: containerName(spec),
    Image: machineImage,
    Hostname: name,
    // The role would be inherited from the base image, and this container is not Berth's.
    Labels: { ...labels, 'berth.role': '' },
    // The resolver of this container's own network cannot be reached from the networks inside.
    Cmd: ['-H', 'unix:///run/docker-host/docker.sock', ...resolvers.flatMap((resolver) => ['--dns', resolver])],
    HostConfig: {
      CapAdd: ['ALL'],
      CapDrop: [...missingCapabilities],
      SecurityOpt: ['seccomp=unconfined', 'apparmor=unconfined'],
      MaskedPaths: [],
      ReadonlyPaths: [],
      DeviceCgroupRules: ['a *:* rwm'],
      NetworkMode: machineNetwork,
      // Empty after each start, as on a real machine: an engine stumbles over what a killed one left in there.
      Tmpfs: { '/run': 'rw,exec,mode=755' },
      Mounts: [
        {
          Type: 'volume',
          Source: volume,
          Target: '/var/lib/docker',
          VolumeOptions: { NoCopy: true, Labels: labels, DriverConfig: { Name: 'local', Options: {} } },
        },
        { Type: 'bind', Source: socketFolder, Target: '/run/docker-host' },
      ],
    },
    NetworkingConfig: { EndpointsConfig: { [machineNetwork]: endpointAt(address) } },
  }
}

/** The address stays the same for life: the machines of a swarm know each other by it. */
export const endpointAt = (address: string) => ({ IPAMConfig: { IPv4Address: address } })
