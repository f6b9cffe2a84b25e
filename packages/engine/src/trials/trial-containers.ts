import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { PlatformError } from '@berth/contract'
import type Dockerode from 'dockerode'
import { engineCall, engineStatus, findCall } from '../engine-failure.ts'
import { labelName, roleLabel } from '../labels.ts'
import { frames } from '../machine-engine/frames.ts'
import type { ProbeSpec, Trial, TrialEnd, TrialSpec } from './trial-engine.ts'

const trialLabels = { [labelName.role]: 'trial' }
const MiB = 1024 ** 2
/** As for an instance. */
const maxProcesses = 1024
const log = { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '1' } } as const

/** Not broken off: the engine would go on making it, and nobody would know of it when trials are removed. */
export async function createTrialNetwork(docker: Dockerode, signal: AbortSignal | undefined): Promise<string> {
  const Name = `berth-trial-${randomUUID().slice(0, 8)}`
  await engineCall(`create the network ${Name}`, undefined, () =>
    docker.createNetwork({
      ...{ Name, CheckDuplicate: true, Driver: 'bridge', Labels: trialLabels },
      Internal: true,
      // Without an address of its own on it, the machine cannot be reached either, nor what it publishes for other apps.
      Options: { 'com.docker.network.bridge.inhibit_ipv4': 'true' },
    }),
  )
  signal?.throwIfAborted()
  return Name
}

/** As the cluster would start an instance, but for the network, and ended for good when it ends. */
export const trialOptionsOf = (spec: TrialSpec): Dockerode.ContainerCreateOptions => ({
  Image: spec.image,
  Hostname: spec.hostName,
  Env: envOf(spec.env),
  ...(spec.command ? { Cmd: [...spec.command] } : {}),
  Labels: trialLabels,
  HostConfig: {
    NetworkMode: spec.network,
    Init: true,
    PidsLimit: maxProcesses,
    ...(spec.memoryBytes ? { Memory: spec.memoryBytes } : {}),
    ...(spec.cpuMillis ? { NanoCpus: spec.cpuMillis * 1_000_000 } : {}),
    // What serves goes before what is only looked at, where both want the same core or the last of the memory.
    CpuShares: 256,
    OomScoreAdj: 800,
    LogConfig: log,
  },
})

/** It asks a program that nobody trusts, so it may do nothing else. */
const probeOptionsOf = (spec: ProbeSpec, image: string): Dockerode.ContainerCreateOptions => ({
  Image: image,
  Cmd: [...spec.argv],
  Env: envOf(spec.env),
  User: '65534:65534',
  Labels: trialLabels,
  HostConfig: {
    NetworkMode: spec.network,
    Init: true,
    ReadonlyRootfs: true,
    CapDrop: ['ALL'],
    SecurityOpt: ['no-new-privileges'],
    PidsLimit: 64,
    Memory: 256 * MiB,
    LogConfig: log,
  },
})

const envOf = (env: Readonly<Record<string, string>>) => Object.entries(env).map(([name, value]) => `${name}=${value}`)

export async function startTrial(
  docker: Dockerode,
  spec: TrialSpec,
  abortSignal: AbortSignal | undefined,
): Promise<Trial> {
  const container = await start(docker, trialOptionsOf(spec), abortSignal)
  const { NetworkSettings } = await engineCall('look at the container', abortSignal, () =>
    container.inspect({ abortSignal }),
  )
  return { id: container.id, address: NetworkSettings.Networks[spec.network]?.IPAddress ?? '' }
}

/** Not broken off either. */
async function start(
  docker: Dockerode,
  options: Dockerode.ContainerCreateOptions,
  signal: AbortSignal | undefined,
): Promise<Dockerode.Container> {
  const container = await engineCall('make a container for the proof', undefined, () => docker.createContainer(options))
  await engineCall('start a container for the proof', undefined, () => container.start())
  signal?.throwIfAborted()
  return container
}

const keptLines = 20
const mostLooks = 100
const betweenLooksMs = 100

export async function waitForTrial(
  docker: Dockerode,
  id: string,
  abortSignal: AbortSignal | undefined,
): Promise<TrialEnd> {
  const container = docker.getContainer(id)
  await engineCall('wait for a container', abortSignal, () => container.wait({ abortSignal }))
  const { State, Config } = await engineCall('look at the container', abortSignal, () =>
    container.inspect({ abortSignal }),
  )
  const written = await outputOf(container, { tail: keptLines, stderr: true, isFramed: !Config.Tty }, abortSignal)
  const lastLines = written.trimEnd().split('\n').slice(-keptLines)
  return { exitCode: State.ExitCode, wasOutOfMemory: State.OOMKilled, lastLines }
}

/** Done when it is gone, also where somebody else removes it: until then its network cannot be removed. */
export async function removeTrial(docker: Dockerode, id: string): Promise<void> {
  const container = docker.getContainer(id)
  await findCall('remove a container', undefined, async () => {
    // With the nameless volumes that its image asks for.
    await container.remove({ force: true, v: true }).catch(async (error: unknown) => {
      if (engineStatus(error) !== 409) throw error
      for (let look = 1; look < mostLooks; look++) {
        await container.inspect() // It throws when the container is not there any more.
        await delay(betweenLooksMs)
      }
    })
  })
}

/** By the image that this machine's agent runs from, which has the same program. */
export async function probe(docker: Dockerode, spec: ProbeSpec, abortSignal: AbortSignal | undefined): Promise<string> {
  const [agent] = await engineCall('look for the image of its agent', abortSignal, () =>
    docker.listContainers({ filters: { label: [roleLabel('agent')] }, abortSignal }),
  )
  if (!agent) throw new PlatformError('engine_failed', 'This machine has no agent whose image could ask the app')
  const container = await start(docker, probeOptionsOf(spec, agent.ImageID), abortSignal)
  try {
    const { StatusCode } = await engineCall('wait for a probe', abortSignal, () => container.wait({ abortSignal }))
    const stdout = await outputOf(container, { tail: 10, stderr: false, isFramed: true }, abortSignal)
    if (StatusCode === 0) return stdout
    const stderr = await outputOf(container, { tail: 10, stderr: true, isFramed: true }, abortSignal)
    throw new PlatformError('engine_failed', `The probe of the app failed (${StatusCode}): ${stderr.slice(-500)}`)
  } finally {
    await removeTrial(docker, container.id)
  }
}

type Output = { tail: number; stderr: boolean; isFramed: boolean }

async function outputOf(container: Dockerode.Container, { tail, stderr, isFramed }: Output, abortSignal?: AbortSignal) {
  const written = await engineCall('read the log of a container', abortSignal, () =>
    container.logs({ stdout: true, stderr, tail, follow: false, abortSignal }),
  )
  if (!isFramed) return written.toString('utf8')
  const pieces: Buffer[] = []
  for await (const { payload } of frames(Readable.from([written], { objectMode: false }))) pieces.push(payload)
  return Buffer.concat(pieces).toString('utf8')
}
