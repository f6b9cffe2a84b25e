import {
  buildCacheBudgetBytes,
  type Cleanup,
  type CleanupStep,
  type Disk,
  diskRatios,
  getDisk,
  type MachineDisk,
  startCleanup,
} from '@berth/contract'
import { type Answer, answer } from './answer.ts'
import type { World } from './world.ts'

const GiB = 1024 ** 3
const hourMs = 3_600_000

/** Of a world that was cleaned up, there is nothing left to remove. */
const cleanedAtMs = new WeakMap<World, number>()

export const diskAnswers: Answer[] = [
  answer(getDisk, (_, { world }): Disk => {
    const steps = stepsOf(world)
    const cleanedAt = new Date(cleanedAtMs.get(world) ?? Date.now() - 7 * hourMs).toISOString()
    const machines = world.machines.map((machine) => diskOf(machine, world, steps))
    return {
      machines: machines.toSorted((a, b) => ratioOf(b) - ratioOf(a)),
      steps,
      refusals: refusalsOf(world),
      cleanedAt,
    }
  }),
  answer(startCleanup, ({ body: { isDryRun, app } }, { world }): Cleanup => {
    const steps = stepsOf(world).filter((step) => app === undefined || step.app === app)
    if (!isDryRun) cleanedAtMs.set(world, Date.now())
    return { isDryRun, steps, refusals: refusalsOf(world), freedBytes: sumOf(steps) }
  }),
]

const appsOf = ({ apps }: World) => [...apps.keys()].slice(0, 6)

function stepsOf(world: World): CleanupStep[] {
  const machine = world.machines[0]?.name
  if (machine === undefined || cleanedAtMs.has(world)) return []
  return appsOf(world).flatMap((app, index): CleanupStep[] => {
    const image = `127.0.0.1:5000/${app}@sha256:${'ab'.repeat(32)}`
    const old = { app, machine, images: [image], reason: 'of releases before the last 10' }
    const cache = { app, machine, images: [`sha256:${'cd'.repeat(32)}`], reason: 'beyond the 5 GiB for build cache' }
    return [
      { kind: 'remove_images', ...old, sizeBytes: (index + 1) * 0.3 * GiB },
      { kind: 'remove_from_registry', ...old, sizeBytes: (index + 1) * 0.1 * GiB },
      ...(index === 0 ? [{ kind: 'remove_build_cache', ...cache, sizeBytes: 1.5 * GiB } as const] : []),
    ].map((step) => ({ ...step, sizeBytes: Math.round(step.sizeBytes) }) as CleanupStep)
  })
}

const refusalsOf = ({ machines }: World) =>
  machines
    .filter(({ stats }) => stats === null)
    .map(({ name: machine }) => ({ machine, what: 'its disk', reason: 'its agent did not answer in time' }))

function diskOf({ name, stats }: World['machines'][number], world: World, steps: readonly CleanupStep[]): MachineDisk {
  if (!stats) {
    const nothing = { totalBytes: null, usedBytes: null, daysLeft: null, uses: [], buildCache: null, removableBytes: 0 }
    return { machine: name, state: 'unknown', ...nothing }
  }
  const { diskTotalBytes: totalBytes, diskUsedBytes: usedBytes } = stats
  const own = steps.filter(({ machine }) => machine === name)
  const isHolder = name === world.machines[0]?.name
  const uses: MachineDisk['uses'] = appsOf(world).flatMap((app, index) => [
    { kind: 'images', app, sizeBytes: Math.round((6 - index) * 0.4 * GiB) },
    { kind: 'build_cache', app, sizeBytes: Math.round((6 - index) * 0.2 * GiB) },
    ...(isHolder ? [{ kind: 'registry' as const, app, sizeBytes: Math.round((6 - index) * 0.15 * GiB) }] : []),
    { kind: 'logs', app, sizeBytes: 30 * 1024 ** 2 },
  ])
  if (uses.length > 0) uses.push({ kind: 'build_cache', app: null, sizeBytes: Math.round(0.3 * GiB) })
  return {
    ...{ machine: name, totalBytes, usedBytes, state: stateOf(usedBytes / totalBytes) },
    daysLeft: usedBytes / totalBytes > 0.7 ? 4.5 : null,
    uses: uses.toSorted((a, b) => b.sizeBytes - a.sizeBytes),
    buildCache: {
      sizeBytes: sumOf(uses.filter(({ kind }) => kind === 'build_cache')),
      budgetBytes: buildCacheBudgetBytes(totalBytes),
      removableBytes: sumOf(own.filter(({ kind }) => kind === 'remove_build_cache')),
    },
    removableBytes: sumOf(own),
  }
}

const sumOf = (sized: readonly { sizeBytes: number }[]) => sized.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)

const stateOf = (ratio: number) =>
  ratio >= diskRatios.failed ? 'failed' : ratio >= diskRatios.warning ? 'warning' : 'ok'

const ratioOf = ({ usedBytes, totalBytes }: MachineDisk) =>
  usedBytes === null || !totalBytes ? -1 : usedBytes / totalBytes
