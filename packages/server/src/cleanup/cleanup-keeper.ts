import { setTimeout as delay } from 'node:timers/promises'
import type { Cleanup, Disk } from '@berth/contract'
import type { Logger } from 'pino'
import type { ActivityStore } from '../activity/activity-store.ts'
import type { AgentConnection, AgentRegistry } from '../agents/agent-registry.ts'
import type { SettingStore } from '../settings/setting-store.ts'
import { planDue } from './cleanup-due.ts'
import { describeCleanup } from './cleanup-words.ts'
import { readDisk } from './disk-reader.ts'
import { type Cleaned, cleanMachine } from './machine-cleanup.ts'
import { cleanRegistry, type RegistryDeps, type RegistryRequest } from './registry-cleanup.ts'
import { holderOf } from './registry-holder.ts'

export interface CleanupKeeper {
  look(signal: AbortSignal): Promise<Disk>
  /** One after the other, but for what is only asked: each takes disks and the registry for a while. */
  clean(request: { actor: string; isDryRun: boolean; app?: string | undefined }, signal: AbortSignal): Promise<Cleanup>
  /** A deployment of the app has ended, so that an older release may have become too old. */
  afterDeployment(app: string): void
  /** Days until the machine's disk is full; null where that is not known or far away. */
  daysLeft(machine: string): number | null
  /** Before builds and deployments begin: keeps them waiting where a server before this one was cleaning up. */
  resume(): Promise<void>
  /** Until the signal: cleans up each day, after deployments, and what gets too full. */
  run(signal: AbortSignal): Promise<void>
}

export type KeeperDeps = RegistryDeps & {
  agents: Pick<AgentRegistry, 'list'>
  settings: Pick<SettingStore, 'recall' | 'remember'>
  activity: Pick<ActivityStore, 'add'>
  /** From what was measured of the machine's disk lately. */
  findDaysLeft(machine: string): Promise<number | null>
  log: Logger
  /** How long who asks for a cleanup waits for builds that are in its way. */
  askedPatienceMs?: number
}

const lookEveryMs = 60_000
const outlookEveryMs = 3_600_000
const mostJitterMs = 3_600_000
/** A cluster that has just begun has nothing to clean up, and much to do. */
const firstAfterMs = 600_000
const patienceMs = { daily: 300_000, pressing: 600_000, deployed: 0 }
/** Where a build kept the registry from being cleaned up, or it did not answer. */
const againAfterMs = 3_600_000

export function cleanupKeeper(deps: KeeperDeps): CleanupKeeper {
  const { agents, settings, activity, now, log, askedPatienceMs = 60_000 } = deps
  const jitterMs = Math.random() * mostJitterMs
  const relievedAtMs = new Map<string, number>()
  const daysLeft = new Map<string, number | null>()
  const deployed = new Set<string>()
  let outlookAtMs = Number.NEGATIVE_INFINITY
  let notBeforeMs = now() + firstAfterMs
  let underWay: Promise<unknown> = Promise.resolve()

  function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const next = underWay.then(work)
    underWay = next.catch(() => undefined)
    return next
  }

  const fullestFirst = () => agents.list().toSorted((a, b) => (usedRatio(b) ?? 0) - (usedRatio(a) ?? 0))

  async function cleanAll(
    request: RegistryRequest & { machines?: readonly AgentConnection[] },
    signal: AbortSignal,
  ): Promise<Cleaned & { isRegistryClean?: boolean }> {
    const cleaned: Cleaned = { steps: [], refusals: [] }
    const add = ({ steps, refusals }: Cleaned) => {
      cleaned.steps.push(...steps)
      cleaned.refusals.push(...refusals)
    }
    // One machine at a time, so that at no time the whole cluster has busy disks.
    for (const agent of request.machines ?? fullestFirst()) add(await cleanMachine(agent, request, deps, signal))
    const holder = holderOf(deps)
    if (request.machines && !request.machines.some(({ machineId }) => machineId === holder?.id)) return cleaned
    const registry = await cleanRegistry(request, deps, signal)
    add(registry)
    return { ...cleaned, isRegistryClean: registry.content !== null }
  }

  async function record(actor: string, { steps, refusals }: Cleaned) {
    for (const refusal of refusals) log.info(refusal, 'not_cleaned_up')
    if (steps.length === 0) return
    log.info({ steps }, 'cleaned_up')
    await activity.add({ actor, kind: 'disk_cleaned_up', detail: describeCleanup(steps) })
  }

  const clean: CleanupKeeper['clean'] = async ({ actor, isDryRun, app }, signal) => {
    const request = { app, isDryRun, patienceMs: askedPatienceMs, collects: true }
    const { steps, refusals } = await (isDryRun ? cleanAll(request, signal) : inTurn(() => cleanAll(request, signal)))
    if (!isDryRun) await record(actor, { steps, refusals })
    return { isDryRun, steps, refusals, freedBytes: steps.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) }
  }

  async function cleanDaily(signal: AbortSignal) {
    const cleaned = await cleanAll({ isDryRun: false, patienceMs: patienceMs.daily, collects: true }, signal)
    await record('berth', cleaned)
    if (cleaned.isRegistryClean) await settings.remember('cleaned_up_at', String(now()))
    else notBeforeMs = now() + againAfterMs
  }

  async function relieve(names: readonly string[], signal: AbortSignal) {
    for (const name of names) relievedAtMs.set(name, now())
    const machines = agents.list().filter(({ name }) => names.includes(name))
    const request = { isDryRun: false, patienceMs: patienceMs.pressing, collects: true, machines }
    await record('berth', await cleanAll(request, signal))
  }

  async function cleanDeployed(signal: AbortSignal) {
    for (const app of [...deployed]) {
      deployed.delete(app)
      const { needs } = await deps.readNeeds(app)
      if (needs.past.size === 0) continue
      const request = { app, isDryRun: false, patienceMs: patienceMs.deployed, collects: false }
      await record('berth', await cleanAll(request, signal))
    }
  }

  async function lookAhead() {
    if (now() - outlookAtMs < outlookEveryMs) return
    outlookAtMs = now()
    for (const { name } of agents.list()) daysLeft.set(name, await deps.findDaysLeft(name))
  }

  async function cleanedAtMs() {
    const remembered = await settings.recall('cleaned_up_at')
    return remembered === undefined ? null : Number(remembered)
  }

  async function pass(signal: AbortSignal) {
    await lookAhead()
    if (deployed.size > 0) await inTurn(() => cleanDeployed(signal))
    const due = planDue({
      ...{ nowMs: now(), jitterMs, cleanedAtMs: await cleanedAtMs() },
      machines: agents.list().map((agent) => ({
        ...{ name: agent.name, usedRatio: usedRatio(agent), relievedAtMs: relievedAtMs.get(agent.name) ?? null },
      })),
    })
    if (due.relieved.length > 0) await inTurn(() => relieve(due.relieved, signal))
    if (due.all && now() >= notBeforeMs) await inTurn(() => cleanDaily(signal))
  }

  async function run(signal: AbortSignal) {
    while (!signal.aborted) {
      await delay(lookEveryMs, undefined, { signal }).catch(() => undefined)
      if (signal.aborted) return
      await pass(signal).catch((error: unknown) => {
        if (!signal.aborted) log.error({ err: error }, 'cleanup_pass_failed')
      })
    }
  }

  return {
    clean,
    look: (signal) => readDisk({ ...deps, cleanedAtMs, daysLeft: (name) => daysLeft.get(name) ?? null }, signal),
    afterDeployment: (app) => void deployed.add(app),
    daysLeft: (machine) => daysLeft.get(machine) ?? null,
    resume: deps.collection.resume,
    run,
  }
}

function usedRatio({ lastHeartbeat }: Pick<AgentConnection, 'lastHeartbeat'>): number | null {
  const { diskUsedBytes = 0, diskTotalBytes = 0 } = lastHeartbeat?.stats ?? {}
  return diskTotalBytes > 0 ? diskUsedBytes / diskTotalBytes : null
}
