import type { Resources } from '@berth/contract'
import type Dockerode from 'dockerode'
import type { DesiredService } from '../engine.ts'
import { type Labels, labelName } from '../labels.ts'
import { specHashOf } from '../spec-hash.ts'
import { withAvoids } from './avoided-machines.ts'
import { swarmPlacementOf } from './placement.ts'
import type { SwarmServiceSpec } from './swarm-types.ts'

const nanosecondsPerMs = 1_000_000
const nanoCpusPerMilli = 1_000_000
/** Swarm waits for it before it replaces what a lost machine had, too; it is also all that slows down what crashes at once. */
const restartDelayMs = 300
const maxProcesses = 1024

/** Everything about the Swarm service that a DesiredService asks for. Changing what it gives restarts all instances. */
export function serviceSpecOf(service: DesiredService): SwarmServiceSpec {
  const labels = labelsOf(service)
  const placement = withAvoids(service.placement && swarmPlacementOf(service.placement), service.avoids)
  return {
    Name: service.name,
    Labels: { ...labels, [labelName.spec]: specHashOf(service) },
    TaskTemplate: {
      ContainerSpec: containerSpecOf(service, { ...labels, [labelName.serviceName]: service.name }),
      Resources: { Limits: limitsOf(service.resources), Reservations: reservationsOf(service.resources) },
      RestartPolicy: { Condition: 'any', Delay: restartDelayMs * nanosecondsPerMs, MaxAttempts: 0 },
      Networks: [{ Target: service.network, ...namesOf(service) }],
      LogDriver: { Name: 'json-file', Options: { 'max-size': '10m', 'max-file': '3' } },
      ...(placement && { Placement: placement }),
    },
    Mode: { Replicated: { Replicas: service.replicas } },
    // In practice only the replicas of a service change and the machines that it leaves: another release is another
    // service. So the engine's own rollback, whose memory is overwritten by every scaling, is never wanted.
    UpdateConfig: { Parallelism: 1, Order: 'start-first', FailureAction: 'continue' },
    // With a virtual address the edge could not tell the instances apart.
    EndpointSpec: { Mode: 'dnsrr' },
  }
}

/** The spec with other replicas and other machines to leave, and nothing else, so that no instance is restarted that may stay. */
export function adjustedSpec(
  spec: SwarmServiceSpec,
  { replicas, avoids }: Pick<DesiredService, 'replicas' | 'avoids'>,
): SwarmServiceSpec {
  const placement = withAvoids(spec.TaskTemplate.Placement, avoids)
  return {
    ...spec,
    TaskTemplate: { ...spec.TaskTemplate, ...(placement && { Placement: placement }) },
    Mode: { Replicated: { Replicas: replicas } },
  }
}

function labelsOf({ app, service, releaseVersion, deploymentId }: DesiredService): Labels {
  return {
    [labelName.role]: 'app',
    [labelName.app]: app,
    [labelName.service]: service,
    [labelName.release]: String(releaseVersion),
    [labelName.deployment]: deploymentId,
  }
}

function containerSpecOf(service: DesiredService, labels: Labels): Dockerode.ContainerSpec {
  return {
    Image: service.image,
    Labels: labels,
    ...(service.command ? { Args: service.command } : {}),
    Env: Object.entries(service.env).map(([name, value]) => `${name}=${value}`),
    // A program that is process 1 gets no default signal handling: without this, SIGTERM would do nothing to many.
    Init: true,
    StopGracePeriod: service.stopTimeoutMs * nanosecondsPerMs,
    ...(service.siblings ? { DNSConfig: { Search: [service.siblings], Options: ['ndots:1'] } } : {}),
    // No limit of open files: one above the machine's own would keep the instance from starting at all.
  }
}

/**
 * Not its plain name: that would be every app's of the network. Its siblings search their own release first, so that a
 * new release never talks to the old one.
 */
const namesOf = ({ service, siblings }: DesiredService) => (siblings ? { Aliases: [`${service}.${siblings}`] } : {})

function limitsOf({ cpuMillis, memoryBytes }: Resources): Dockerode.ResourceLimits {
  return { ...amountsOf(cpuMillis, memoryBytes), Pids: maxProcesses }
}

const reservationsOf = ({ reservedCpuMillis, reservedMemoryBytes }: Resources) =>
  amountsOf(reservedCpuMillis, reservedMemoryBytes)

const amountsOf = (cpuMillis: number | undefined, memoryBytes: number | undefined) => ({
  ...(cpuMillis ? { NanoCPUs: cpuMillis * nanoCpusPerMilli } : {}),
  ...(memoryBytes ? { MemoryBytes: memoryBytes } : {}),
})
