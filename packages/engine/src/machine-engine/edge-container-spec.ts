import type Dockerode from 'dockerode'
import { labelName } from '../labels.ts'
import { hashOf } from '../spec-hash.ts'
import type { EdgeContainer, EdgeContainerSpec } from './machine-engine.ts'

export const edgeSpecHash = (spec: EdgeContainerSpec): string => hashOf(spec)

/** What the engine has to create for it. Pure. */
export function createOptionsOf(spec: EdgeContainerSpec): Dockerode.ContainerCreateOptions {
  const { openFiles } = spec
  return {
    Image: spec.image,
    Cmd: spec.command,
    ...(spec.user === undefined ? {} : { User: spec.user }),
    Env: Object.entries(spec.env ?? {}).map(([name, value]) => `${name}=${value}`),
    Labels: { ...spec.labels, [labelName.role]: 'edge', [labelName.spec]: edgeSpecHash(spec) },
    ExposedPorts: Object.fromEntries(spec.ports.map(({ containerPort }) => [`${containerPort}/tcp`, {}])),
    ...(spec.stopSignal ? { StopSignal: spec.stopSignal } : {}),
    ...(spec.stopTimeoutMs === undefined ? {} : { StopTimeout: Math.ceil(spec.stopTimeoutMs / 1000) }),
    HostConfig: {
      // Not "unless-stopped": the edge has to come back with its machine, whatever happened before.
      RestartPolicy: { Name: 'always' },
      NetworkMode: spec.network,
      PortBindings: portBindingsOf(spec),
      Mounts: spec.volumes.map(({ name, path, isReadOnly = false }) => ({
        Type: 'volume',
        Source: name,
        Target: path,
        ReadOnly: isReadOnly,
      })),
      Sysctls: spec.sysctls,
      ...(spec.dnsOptions ? { DnsOptions: spec.dnsOptions } : {}),
      LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '3' } },
      ...(openFiles ? { Ulimits: [{ Name: 'nofile', Soft: openFiles, Hard: openFiles }] } : {}),
    },
  }
}

/** Several bindings may lead to the same port inside. */
function portBindingsOf({ ports }: EdgeContainerSpec): Dockerode.PortMap {
  const bindings: Record<string, Dockerode.PortBinding[]> = {}
  for (const { containerPort, hostPort, hostAddress = '' } of ports) {
    const key = `${containerPort}/tcp`
    bindings[key] = [...(bindings[key] ?? []), { HostIp: hostAddress, HostPort: String(hostPort) }]
  }
  return bindings
}

export function edgeContainerFrom(found: Dockerode.ContainerInspectInfo): EdgeContainer {
  const { State, Config } = found
  return {
    id: found.Id,
    name: found.Name.replace(/^\//, ''),
    image: Config.Image,
    isRunning: State.Running,
    pid: State.Pid,
    exitCode: State.Running || State.Status === 'created' ? null : State.ExitCode,
    specHash: Config.Labels[labelName.spec] ?? '',
    startedAt: State.StartedAt,
    networks: Object.keys(found.NetworkSettings.Networks),
  }
}
