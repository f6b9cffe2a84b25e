import type { ContainerCreateOptions, ServiceSpec } from 'dockerode'
import { roleLabel, specLabel, systemNetwork } from '../names.ts'
import { type PlatformContainer, type PlatformService, specHashOf } from './desired-installation.ts'

const msInNs = 1_000_000
const logDriver = { name: 'json-file', options: { 'max-size': '10m', 'max-file': '3' } }

const envList = (env: Readonly<Record<string, string>>) =>
  Object.entries(env).map(([name, value]) => `${name}=${value}`)

/** A platform service in the engine's words. `secretIds` has the id of each secret by name. */
export function serviceSpec(service: PlatformService, secretIds: ReadonlyMap<string, string>): ServiceSpec {
  const labels = { [roleLabel]: service.role }
  return {
    Name: service.name,
    Labels: { ...labels, [specLabel]: specHashOf(service) },
    TaskTemplate: {
      ContainerSpec: {
        Image: service.image,
        Labels: labels,
        Env: envList(service.env),
        // `Args` replaces the image's command and leaves its entrypoint, which Node's official image needs.
        ...(service.command && { Args: [...service.command] }),
        ...(service.user && { User: service.user }),
        Mounts: [{ Type: 'volume', Source: service.mount.volume, Target: service.mount.target }],
        Secrets: Object.entries(service.secrets).map(([fileName, name]) => ({
          SecretID: secretIds.get(name) ?? '',
          SecretName: name,
          File: { Name: fileName, UID: '1000', GID: '1000', Mode: 0o400 },
        })),
        StopGracePeriod: service.stopTimeoutMs * msInNs,
      },
      RestartPolicy: { Condition: 'any', Delay: 1000 * msInNs, MaxAttempts: 0 },
      Placement: { Constraints: [service.nodeId === null ? 'node.role==manager' : `node.id==${service.nodeId}`] },
      Networks: [{ Target: systemNetwork }],
      LogDriver: { Name: logDriver.name, Options: logDriver.options },
    },
    Mode: { Replicated: { Replicas: 1 } },
    // Two at once on one volume must never be.
    UpdateConfig: { Parallelism: 1, Order: 'stop-first', FailureAction: 'pause' },
    EndpointSpec: {
      Mode: 'dnsrr',
      Ports: service.hostPort
        ? [{ Protocol: 'tcp', TargetPort: service.hostPort, PublishedPort: service.hostPort, PublishMode: 'host' }]
        : [],
    },
  }
}

// The types of the client lack the field; the engine's API has it since 1.41.
type ContainerSpec = ContainerCreateOptions & { HostConfig: { CgroupnsMode: 'host' } }

export function containerSpec(container: PlatformContainer): ContainerSpec {
  return {
    name: container.name,
    Image: container.image,
    Cmd: [...container.command],
    User: container.user,
    Env: envList(container.env),
    Labels: { [roleLabel]: 'agent', [specLabel]: specHashOf(container) },
    HostConfig: {
      NetworkMode: 'host',
      // On cgroup v2 the files of the instances are seen only from the machine's own namespace.
      CgroupnsMode: 'host',
      RestartPolicy: { Name: 'always' },
      CapAdd: [...container.capabilities],
      Binds: [...container.binds],
      LogConfig: { Type: logDriver.name, Config: logDriver.options },
    },
  }
}
