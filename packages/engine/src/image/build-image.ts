import type { Readable } from 'node:stream'
import type { BuildStep, RegistryCredentials } from '@berth/contract'
import type Dockerode from 'dockerode'
import { engineCall, engineStatus, engineWords } from '../engine-failure.ts'
import { labelName } from '../labels.ts'
import { type BuildRefusal, buildRefusal, mostBuildProcesses } from './build-failure.ts'
import { type BuildEngineEvent, buildProgress } from './build-progress.ts'
import { authConfigOf } from './registry-sign-in.ts'
import { lookAtStepImage, type StepImage } from './step-image.ts'
import { engineEvents } from './transfer.ts'

export type ImageBuild = {
  /** A tar of the source. */
  context: Readable
  /** Path of the Dockerfile in it. */
  dockerfile: string
  target?: string | undefined
  args: Readonly<Record<string, string>>
  /** By name; only BuildKit can give them to instructions. Absent: none. */
  secrets?: Readonly<Record<string, string>> | undefined
  noCache: boolean
  /** For the base images. */
  credentials: readonly RegistryCredentials[]
  app: string
  /** The classic builder's, of each command: they run one after the other. BuildKit's are those of its cgroup. */
  memoryBytes: number
  cpuMillis: number
}

export type ImageBuildListener = {
  onLines(lines: string[]): void | Promise<void>
  onSteps(steps: BuildStep[]): void | Promise<void>
  /** Id of the container in which an instruction runs; the engine removes it, as long as it lives. */
  onContainer?(containerId: string): void | Promise<void>
  /** Id of what an instruction has left in the engine that was not there before; see discardLayers. */
  onLayer?(layerId: string): void
  /** What stays on the machine for the next build. */
  onStepImage?(image: StepImage): void | Promise<void>
}

export type BuiltImage = { kind: 'built'; imageId: string } | { kind: 'failed'; failure: BuildRefusal }

const cpuPeriodMicroseconds = 100_000

/**
 * Builds by the engine's classic builder, which lets each command be held to limits. When
 * the signal aborts, the engine ends the command that runs and removes its container.
 */
export async function buildImage(
  docker: Dockerode,
  build: ImageBuild,
  listener: ImageBuildListener,
  signal: AbortSignal,
): Promise<BuiltImage> {
  const progress = buildProgress(() => new Date().toISOString(), Object.keys(labelsOf(build)).length)
  const tellStepImages = stepImageTeller(docker, listener, signal)
  const stream = await startBuild(docker, build, signal)
  if (stream.failure) return { kind: 'failed', failure: stream.failure }
  const tell = async ({ lines, hasNewSteps }: { lines: string[]; hasNewSteps: boolean }) => {
    if (lines.length > 0) await listener.onLines(lines)
    if (hasNewSteps) await listener.onSteps(progress.steps())
  }
  for await (const event of engineEvents<BuildEngineEvent>(stream.events, signal)) {
    const fed = progress.add(event)
    if (fed.layerId) listener.onLayer?.(fed.layerId)
    if (fed.containerId) {
      limitProcesses(docker, fed.containerId)
      await listener.onContainer?.(fed.containerId)
    }
    await tellStepImages(fed.imageIds)
    await tell(fed)
  }
  await tell(progress.end())
  const failure = progress.failure()
  if (failure) return { kind: 'failed', failure: buildRefusal(failure) }
  const imageId = progress.imageId()
  if (imageId) return { kind: 'built', imageId }
  return { kind: 'failed', failure: buildRefusal({ message: 'the engine named no image', exitCode: undefined }) }
}

type Started = { events: Readable; failure?: never } | { failure: BuildRefusal }

async function startBuild(docker: Dockerode, build: ImageBuild, abortSignal: AbortSignal): Promise<Started> {
  try {
    return { events: (await docker.buildImage(build.context, { ...optionsOf(build), abortSignal })) as Readable }
  } catch (error) {
    abortSignal.throwIfAborted()
    // What is wrong with a Dockerfile is told before the first step, as a refused request.
    const status = engineStatus(error)
    if (status === undefined) return engineCall('build an image', abortSignal, () => Promise.reject(error))
    return { failure: buildRefusal({ message: engineWords(error), exitCode: undefined }) }
  }
}

/** Nothing that differs from build to build: the same source is to become the same image. */
const labelsOf = ({ app }: ImageBuild) => ({ [labelName.role]: 'image', [labelName.app]: app })

const optionsOf = (build: ImageBuild): Dockerode.ImageBuildOptions => ({
  dockerfile: build.dockerfile,
  ...(build.target ? { target: build.target } : {}),
  buildargs: { ...build.args },
  nocache: build.noCache,
  registryconfig: registryConfigOf(build.credentials),
  rm: true,
  forcerm: true,
  labels: labelsOf(build),
  memory: build.memoryBytes,
  // No swap beside it: a build that needs more ends, rather than slow down the machine.
  memswap: build.memoryBytes,
  cpuperiod: cpuPeriodMicroseconds,
  cpuquota: Math.round((cpuPeriodMicroseconds * build.cpuMillis) / 1000),
  // The least there is: what serves visitors goes first.
  cpushares: 2,
})

const registryConfigOf = (credentials: readonly RegistryCredentials[]) =>
  Object.fromEntries(
    credentials.map((one) => {
      const { username, password, serveraddress } = authConfigOf(one)
      return [serveraddress, { username, password }]
    }),
  )

/** More than any Dockerfile has steps; a program that prints such lines without end is not listened to. */
const mostStepImages = 1_000

function stepImageTeller(docker: Dockerode, { onStepImage }: ImageBuildListener, signal: AbortSignal) {
  const startedAtMs = Date.now()
  const told = new Set<string>()
  return async (shortIds: readonly string[]) => {
    for (const shortId of shortIds) {
      if (!onStepImage || told.has(shortId) || told.size >= mostStepImages) continue
      told.add(shortId)
      const image = await lookAtStepImage(docker, shortId, { startedAtMs, signal })
      if (image) await onStepImage(image)
    }
  }
}

/** The builder has no such limit, but its containers take one while they run. One that has ended by then needs none. */
function limitProcesses(docker: Dockerode, containerId: string) {
  docker
    .getContainer(containerId)
    .update({ PidsLimit: mostBuildProcesses })
    .catch(() => undefined)
}
