import { PlatformError } from '@berth/contract'
import type Dockerode from 'dockerode'
import { engineCall, engineStatus, findCall } from '../engine-failure.ts'
import { instanceIdLabel, labelName, roleLabel } from '../labels.ts'
import { endedInstancesOf } from './ended-instances.ts'
import { watchInstances } from './instance-events.ts'
import { logLines } from './log-lines.ts'
import type {
  InstanceLogLine,
  LocalInstanceProcess,
  LogRequest,
  MachineEngine,
  MachineInstance,
} from './machine-engine.ts'

/** The machine does not know the app's own; this is how long most have. */
const stopPatienceSeconds = 10

export type InstanceMethods = Pick<
  MachineEngine,
  | 'findInstance'
  | 'listLocalInstances'
  | 'stopInstance'
  | 'listEndedInstances'
  | 'removeEndedInstance'
  | 'watchInstances'
  | 'streamLogs'
>

export const instancesOf = (docker: Dockerode): InstanceMethods => ({
  findInstance: (instanceId, signal) => findInstance(docker, instanceId, signal),
  listLocalInstances: (signal) => listLocalInstances(docker, signal),
  stopInstance: (instanceId, signal) => stopInstance(docker, instanceId, signal),
  ...endedInstancesOf(docker),
  watchInstances: (onStir, signal) => watchInstances(docker, onStir, signal),
  streamLogs: (instanceId, request) => streamLogs(docker, instanceId, request),
})

async function findInstance(docker: Dockerode, instanceId: string, signal: AbortSignal | undefined) {
  const found = await inspectInstance(docker, instanceId, signal)
  return found && instanceFrom(instanceId, found)
}

async function listLocalInstances(docker: Dockerode, abortSignal: AbortSignal | undefined) {
  const containers = await engineCall('list its instances', abortSignal, () =>
    docker.listContainers({ filters: { label: [roleLabel('app'), instanceIdLabel] }, abortSignal }),
  )
  const running: LocalInstanceProcess[] = []
  // The list does not say the process id, so each one is looked at, and those that ended meanwhile drop out. One after the
  // other: all at once would take memory for each, and from the instances a core that the engine needs for it.
  for (const { Id } of containers) {
    const found = await inspect(docker, Id, abortSignal)
    const instanceId = found?.Config.Labels[instanceIdLabel]
    if (!found || !instanceId || !found.State.Running) continue
    const { app, service, containerId, pid } = instanceFrom(instanceId, found)
    running.push({ instanceId, app, service, containerId, pid })
  }
  return running
}

async function stopInstance(docker: Dockerode, instanceId: string, abortSignal: AbortSignal | undefined) {
  const found = await inspectInstance(docker, instanceId, abortSignal)
  if (!found?.State.Running) return false
  await findCall(`stop the instance ${instanceId}`, abortSignal, async () => {
    try {
      await docker.getContainer(found.Id).stop({ t: stopPatienceSeconds, abortSignal })
    } catch (error) {
      if (engineStatus(error) !== 304) throw error // It ended by itself.
    }
  })
  return true
}

async function* streamLogs(
  docker: Dockerode,
  instanceId: string,
  { tail, follow, signal }: LogRequest,
): AsyncGenerator<InstanceLogLine> {
  const found = await inspectInstance(docker, instanceId, signal)
  if (!found) throw new PlatformError('instance_not_found', `This machine has no instance ${instanceId}`)
  const stop = new AbortController()
  const either = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal
  try {
    const stream = await openLogs(docker, found.Id, { tail, follow, signal: either })
    yield* logLines(stream, { isFramed: !found.Config.Tty })
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  } finally {
    // Whoever stops reading also ends the engine's work.
    stop.abort()
  }
}

/** By the client's own way of dialling, since its method for logs has no stream without `follow`. */
function openLogs(
  docker: Dockerode,
  containerId: string,
  { tail, follow, signal }: { tail: number; follow: boolean; signal: AbortSignal },
): Promise<AsyncIterable<Buffer>> {
  const query = { stdout: true, stderr: true, timestamps: true, tail, follow }
  return engineCall('open the log of an instance', signal, () => {
    return new Promise((resolve, reject) => {
      docker.modem.dial(
        {
          path: `/containers/${containerId}/logs?`,
          method: 'GET',
          isStream: true,
          abortSignal: signal,
          options: query,
          statusCodes: { 200: true },
        },
        (error: unknown, stream: unknown) => (error ? reject(error) : resolve(stream as AsyncIterable<Buffer>)),
      )
    })
  })
}

/** Among Berth's own instances only, the ended ones included. */
async function inspectInstance(docker: Dockerode, instanceId: string, abortSignal: AbortSignal | undefined) {
  const label = [roleLabel('app'), `${instanceIdLabel}=${instanceId}`]
  const [container] = await engineCall(`look for the instance ${instanceId}`, abortSignal, () =>
    docker.listContainers({ all: true, filters: { label }, abortSignal }),
  )
  return container && inspect(docker, container.Id, abortSignal)
}

const inspect = (docker: Dockerode, containerId: string, abortSignal: AbortSignal | undefined) =>
  findCall('look at an instance', abortSignal, () => docker.getContainer(containerId).inspect({ abortSignal }))

function instanceFrom(instanceId: string, { Id, Config, State }: Dockerode.ContainerInspectInfo): MachineInstance {
  const hasEnded = State.Status === 'exited' || State.Status === 'dead'
  return {
    instanceId,
    app: Config.Labels[labelName.app] ?? '',
    service: Config.Labels[labelName.service] ?? '',
    containerId: Id,
    pid: State.Pid,
    isRunning: State.Running,
    exitCode: hasEnded ? State.ExitCode : null,
    wasOutOfMemory: State.OOMKilled,
  }
}
