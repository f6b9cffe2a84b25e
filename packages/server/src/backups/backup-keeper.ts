import { setTimeout as delay } from 'node:timers/promises'
import { type Backup, type BackupFile, PlatformError, parseBackupName } from '@berth/contract'
import type { Logger } from 'pino'
import type { ActivityStore } from '../activity/activity-store.ts'
import type { AgentConnection, AgentRegistry } from '../agents/agent-registry.ts'
import type { OpenFile } from '../agents/serve-file.ts'
import { copyBackup } from './backup-copy.ts'
import { chooseKeeper, mergeBackups, planDue } from './backup-plan.ts'
import type { DatabaseCopies } from './database-copy.ts'

export type BackupOutcome = { backups: Backup[]; failures: { machine: string; message: string }[] }

export interface BackupKeeper {
  list(signal: AbortSignal): Promise<Backup[]>
  /** One on each of these managers, or on all that are connected. */
  create(options: { actor: string; managers?: readonly string[] }, signal: AbortSignal): Promise<BackupOutcome>
  /** Before something that may go wrong. That no backup can be written keeps nobody from it, since it may be the remedy. */
  createBefore(actor: string, signal: AbortSignal): Promise<void>
  /** The database, only for the machine whose backup is being written. */
  openDatabase: OpenFile
  /** When the newest that is known was made; undefined until it was looked for, null if there is none. */
  newestAtMs(): number | null | undefined
  /** Until the signal: writes what is due. */
  run(signal: AbortSignal): Promise<void>
}

type Deps = {
  agents: Pick<AgentRegistry, 'list'>
  copies: DatabaseCopies
  key: Buffer
  /** What a restore on a bare machine puts into the installer's state folder. */
  stateFiles: Readonly<Record<string, string>>
  activity: Pick<ActivityStore, 'add'>
  newId(): string
  now(): number
  log: Logger
}

/** A cluster that has just begun has little to lose, and much to do. */
const firstAfterMs = 180_000
const lookEveryMs = 600_000
const deadlineMs = 300_000
const listDeadlineMs = 10_000
/** Nobody waits longer than this for a backup before what they asked for. */
const patienceBeforeChangeMs = 60_000

export function backupKeeper(deps: Deps): BackupKeeper {
  const { agents, copies, activity, now, log } = deps
  let current: { id: string; machine: string } | undefined
  let underWay: Promise<unknown> = Promise.resolve()
  let newestMs: number | null | undefined

  const managers = () => agents.list().filter(({ isManager }) => isManager)

  async function list(signal: AbortSignal) {
    const patience = AbortSignal.any([signal, AbortSignal.timeout(listDeadlineMs)])
    const found = await Promise.all(agents.list().map((agent) => filesOf(agent, patience)))
    signal.throwIfAborted()
    const backups = mergeBackups(found)
    newestMs = backups[0] ? Date.parse(backups[0].createdAt) : null
    return backups
  }

  async function filesOf({ name: keptOn, channel }: AgentConnection, signal: AbortSignal) {
    // One that does not answer, or is of an older version, has none that could be shown.
    const files = await channel.call('listBackupFiles', {}, { signal }).catch(() => [])
    return { keptOn, backups: files.flatMap(describe) }
  }

  const create: BackupKeeper['create'] = (options, signal) => {
    // One after the other: each takes a disk and the database for a moment.
    const next = underWay.then(() => createNow(options, signal))
    underWay = next.catch(() => undefined)
    return next
  }

  async function createNow(
    { actor, managers: wanted }: { actor: string; managers?: readonly string[] },
    signal: AbortSignal,
  ): Promise<BackupOutcome> {
    const outcome: BackupOutcome = { backups: [], failures: [] }
    const asked = managers().filter(({ name }) => wanted?.includes(name) ?? true)
    if (asked.length === 0) throw noManager()
    for (const agent of asked) {
      try {
        outcome.backups.push(await writeOn(agent, signal))
      } catch (error) {
        signal.throwIfAborted()
        const message = error instanceof PlatformError ? error.message : 'It failed; see the log of berth-server'
        outcome.failures.push({ machine: agent.name, message })
        log.error({ err: error, machine: agent.name }, 'backup_failed')
        await activity.add({ actor, kind: 'backup_failed', detail: `${agent.name}: ${message}` })
      }
    }
    return outcome
  }

  async function writeOn(agent: AgentConnection, signal: AbortSignal): Promise<Backup> {
    const id = deps.newId()
    const patience = AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)])
    current = { id, machine: agent.name }
    try {
      const hasDatabase = await copies.make(id)
      const { key, stateFiles } = deps
      const request = { backupId: id, machine: agent.name, keyBase64: key.toString('base64'), stateFiles, hasDatabase }
      const file = await agent.channel.call('writeBackup', request, { signal: patience })
      log.info({ machine: agent.name, ...file }, 'backup_written')
      newestMs = now()
      return await withCopy(agent, file, patience)
    } finally {
      current = undefined
      await copies.remove(id)
    }
  }

  /** A backup without a copy is one, too. */
  async function withCopy(agent: AgentConnection, file: BackupFile, signal: AbortSignal): Promise<Backup> {
    const [backup] = describe(file)
    if (!backup) throw new Error(`An agent names a backup ${file.name}`)
    const keptOn = [agent.name]
    const connected = agents.list()
    const keeperName = chooseKeeper(
      agent.name,
      connected.map(({ name }) => name),
    )
    const keeper = connected.find(({ name }) => name === keeperName)
    if (!keeper) return { ...backup, keptOn }
    try {
      await copyBackup(file, { from: agent.channel, to: keeper.channel }, signal)
      return { ...backup, keptOn: [...keptOn, keeper.name].toSorted() }
    } catch (error) {
      log.warn({ err: error, machine: agent.name, keeper: keeper.name }, 'backup_not_copied')
      return { ...backup, keptOn }
    }
  }

  async function createBefore(actor: string, signal: AbortSignal) {
    const patience = AbortSignal.any([signal, AbortSignal.timeout(patienceBeforeChangeMs)])
    await create({ actor }, patience).catch((error: unknown) => {
      signal.throwIfAborted()
      log.warn({ err: error }, 'no_backup_before_change')
    })
  }

  const openDatabase: BackupKeeper['openDatabase'] = async (backupId, { name, isManager }) => {
    if (!isManager) throw new PlatformError('forbidden', 'Only managers write backups')
    if (current?.id === backupId && current.machine === name) return copies.open(backupId)
    throw new PlatformError('forbidden', `No backup ${backupId} is being written on ${name}`)
  }

  async function pass(signal: AbortSignal) {
    const backups = await list(signal)
    const due = planDue({ managers: managers().map(({ name }) => name), backups, nowMs: now() })
    if (due.length > 0) await create({ actor: 'berth', managers: due }, signal)
  }

  async function run(signal: AbortSignal) {
    try {
      // Not all clusters of a house at the same moment.
      await delay(firstAfterMs * (1 + Math.random()), undefined, { signal })
      for (;;) {
        await pass(signal).catch((error: unknown) => {
          signal.throwIfAborted()
          log.error({ err: error }, 'backup_pass_failed')
        })
        await delay(lookEveryMs, undefined, { signal })
      }
    } catch (error) {
      if (!signal.aborted) throw error
    }
  }

  return { list, create, createBefore, openDatabase, newestAtMs: () => newestMs, run }
}

function describe({ name, sizeBytes }: BackupFile): Omit<Backup, 'keptOn'>[] {
  const parsed = parseBackupName(name)
  return parsed ? [{ name, sizeBytes, ...parsed }] : []
}

const noManager = () =>
  new PlatformError('engine_unavailable', 'No manager is connected whose state could be written down', {
    hint: 'See `berth machines`; on a manager, the agent must run and reach this server on port 7443',
  })
