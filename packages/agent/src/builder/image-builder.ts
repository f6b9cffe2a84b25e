import {
  type BuildRefusal,
  type BuiltImage,
  type ImageBuild,
  type ImageBuildListener,
  type MachineEngine,
  mostBuildProcesses,
  outOfMemoryRefusal,
} from '@berth/engine'
import type { Log } from '../log.ts'
import type { CgroupMount } from '../stats/cgroup-files.ts'
import { type BuildCgroup, buildCgroup, isEnginePath } from './build-cgroup.ts'
import { type BuildPlace, findBuildPlace, trialCaps } from './build-cgroup-plan.ts'
import type { CacheKeeper } from './cache-keeper.ts'
import { foreignSyntax } from './dockerfile-syntax.ts'
import { secretMask } from './secret-mask.ts'

export type BuilderKind = 'buildkit' | 'classic'

/** Builds by what this machine's engine has: BuildKit where it can be held to limits, or else the classic builder. */
export interface ImageBuilder {
  /** Only BuildKit gives secrets to a build. */
  kind: BuilderKind
  buildImage(
    build: ImageBuild & { dockerfileText: string },
    listener: ImageBuildListener,
    signal: AbortSignal,
  ): Promise<BuiltImage>
}

type Engine = Pick<MachineEngine, 'buildImage' | 'buildWithBuildkit' | 'buildkitTraits' | 'listBuildCache'>
type Deps = { engine: Engine; cache: Pick<CacheKeeper, 'begin'>; mounts: readonly CgroupMount[]; log: Log }

/** `mounts`: the machine's cgroups, writable. */
export async function openImageBuilder(deps: Deps, signal: AbortSignal): Promise<ImageBuilder> {
  const held = await findHeldPlace(deps, signal).catch((error: unknown) => {
    deps.log.info('builds_cannot_be_held', { error })
    return undefined
  })
  if (held) return buildkitBuilder({ ...deps, ...held })
  return {
    kind: 'classic',
    buildImage: async (build, listener, signal) =>
      Object.keys(build.secrets ?? {}).length > 0 ? failed(noSecrets) : deps.engine.buildImage(build, listener, signal),
  }
}

type Held = { place: BuildPlace; cgroup: BuildCgroup }

/** Tried for real: what a kernel or a mount does not take shows here, and not in the middle of a build. */
async function findHeldPlace({ engine, mounts }: Deps, signal: AbortSignal): Promise<Held | undefined> {
  const traits = await engine.buildkitTraits(signal)
  const place = findBuildPlace(traits, { isEnginePath: await isEnginePath(mounts) })
  const cgroup = place && buildCgroup(place, mounts)
  if (!cgroup) return undefined
  await engine.listBuildCache(signal) // Answers only where there is a BuildKit.
  await cgroup.hold(trialCaps)
  await cgroup.release()
  return { place, cgroup }
}

function buildkitBuilder({ engine, cache, place, cgroup, log }: Deps & Held): ImageBuilder {
  const buildImage: ImageBuilder['buildImage'] = async (build, listener, signal) => {
    const { secrets = {}, memoryBytes, cpuMillis, args, dockerfileText } = build
    const foreign = place.holdsAll ? undefined : foreignSyntax(dockerfileText, args)
    if (foreign !== undefined) return failed(cannotHold(foreign))
    const mask = secretMask(secrets)
    const cached = await cache.begin()
    try {
      await cgroup.hold({ memoryBytes, cpuMillis, processes: mostBuildProcesses })
      const killsBefore = await cgroup.kills()
      const asked = { ...build, cgroupParent: place.cgroupParent }
      const built = await engine.buildWithBuildkit(asked, masked(listener, mask), signal)
      if (built.kind === 'built') return built
      const wasKilled = ((await cgroup.kills()) ?? 0) > (killsBefore ?? 0)
      return failed(maskRefusal(withKills(built.failure, wasKilled), mask))
    } finally {
      if (!(await cgroup.emptied())) log.warn('build_goes_on', { app: build.app })
      await cgroup.release()
      await cached.end()
    }
  }
  return { kind: 'buildkit', buildImage }
}

function masked(listener: ImageBuildListener, mask: (text: string) => string): ImageBuildListener {
  const { onLines, onSteps } = listener
  return {
    ...listener,
    onLines: (lines) => onLines(lines.map(mask)),
    onSteps: (steps) => onSteps(steps.map((step) => ({ ...step, title: mask(step.title) }))),
  }
}

/** A shell that outlives what it ran tells of any exit code; the kernel's count knows. */
const withKills = (failure: BuildRefusal, wasKilled: boolean): BuildRefusal =>
  failure.code === 'command_failed' && wasKilled ? outOfMemoryRefusal(failure.message) : failure

const maskRefusal = ({ code, message, hint }: BuildRefusal, mask: (text: string) => string): BuildRefusal => ({
  code,
  message: mask(message),
  hint: hint && mask(hint),
})

const failed = (failure: BuildRefusal): BuiltImage => ({ kind: 'failed', failure })

const noSecrets: BuildRefusal = {
  code: 'secrets_unsupported',
  message: 'The engine of this machine cannot give secrets to a build',
  hint: 'Builds with secrets need Docker 23 or newer, or one with the cgroupfs driver: see docs/source.md',
}

const cannotHold = (syntax: string): BuildRefusal => ({
  code: 'dockerfile_invalid',
  message: `The Dockerfile wants to be read by ${syntax}, which this machine could not hold to limits`,
  hint: 'Use "# syntax=docker/dockerfile:1", or leave the line out',
})
