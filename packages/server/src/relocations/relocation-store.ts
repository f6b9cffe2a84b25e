import { PlatformError } from '@berth/contract'
import type { StoreDeps } from '../database/database.ts'
import { isUniqueViolation } from '../database/database-errors.ts'
import type { Relocating } from './adjustments.ts'
import { type DrainRow, isActiveRelocation, isRunningStep, type RelocationRow, type StepRow } from './relocation-row.ts'
import { type RelocationRows, relocationRows } from './relocation-rows.ts'

export type MachineRef = { machineId: string; machine: string }
type Request = { requestedBy: string }

/**
 * Relocations only move forward. Of each machine at most one drain is active, at most one rebalance, and of all at most
 * one runs. A change of one that has ended changes nothing and gives undefined.
 */
export interface RelocationStore {
  /**
   * Pending; the one that is active already, if there is one. `isNew` tells which. `check` gets the machines that are
   * drained by then and may throw; of two who ask at once, the second sees the machine of the first.
   */
  requestDrain(
    drain: MachineRef & Request & { isForced: boolean },
    check?: (drains: readonly DrainRow[]) => void,
  ): Promise<{ row: RelocationRow; isNew: boolean }>
  requestRebalance(rebalance: Request & { steps: StepRow[] }): Promise<{ row: RelocationRow; isNew: boolean }>
  /** From `pending` to `running` with its steps. Undefined while another one runs. */
  begin(id: string, steps: StepRow[]): Promise<RelocationRow | undefined>
  /** How far it has come. A drain says what becomes of its machine, when it ends or when what is left there is ended. */
  save(row: RelocationRow, availability?: DrainRow['availability']): Promise<RelocationRow | undefined>
  /** Its machine takes instances again. */
  cancel(id: string, reason: string): Promise<RelocationRow | undefined>
  /** Cancels the drain that is under way, if there is one, and gives that. */
  activate(machine: MachineRef, reason: string): Promise<RelocationRow | undefined>
  /** The machine is active again, or gone. Nothing happens to one that is to be drained, unless it is gone. */
  forgetDrain(machineId: string): Promise<void>
  find(id: string): Promise<RelocationRow | undefined>
  /** Throws `relocation_not_found`. */
  get(id: string): Promise<RelocationRow>
  /** Newest first. */
  list(options: { limit: number }): Promise<RelocationRow[]>
  read(): Promise<Relocating>
}

const keptMs = 90 * 24 * 60 * 60 * 1000

export function relocationStore({ database, newId, now }: StoreDeps): RelocationStore {
  const { db, dialect } = database
  const reads = relocationRows(db, dialect)

  type Decide = (row: RelocationRow, rows: RelocationRows) => Promise<RelocationRow | undefined> | RelocationRow
  const change = (id: string, decide: Decide) =>
    database.transaction(async (trx) => {
      const rows = relocationRows(trx, dialect)
      const row = await rows.lock(id)
      if (!row || !isActiveRelocation(row)) return undefined
      const changed = await decide(row, rows)
      if (changed) await rows.save(changed)
      return changed
    })

  const add = async (rows: RelocationRows, row: RelocationRow) => {
    await rows.trim(now() - keptMs)
    if (await rows.insert(row)) return { row, isNew: true }
    const active = await rows.findActive(row.kind, row.machineId)
    if (active) return { row: active, isNew: false }
    // It ended between the two: whoever asked asks again.
    throw new PlatformError('conflict', 'Another one ended at this very moment', { hint: 'Try again' })
  }

  const newRow = (
    about: Pick<RelocationRow, 'kind' | 'machineId' | 'machine' | 'isForced' | 'steps' | 'requestedBy'>,
  ) => ({
    ...about,
    id: newId(),
    state: 'pending' as const,
    words: null,
    failure: null,
    createdAtMs: now(),
    finishedAtMs: null,
  })

  const requestDrain: RelocationStore['requestDrain'] = ({ machineId, machine, isForced, requestedBy }, check) =>
    database.transaction(async (trx) => {
      const rows = relocationRows(trx, dialect)
      await rows.lockDrains()
      if (!(await rows.findActive('drain', machineId))) check?.(await rows.listDrains())
      const about = { machineId, machine, isForced, requestedBy, kind: 'drain' as const, steps: [] }
      const added = await add(rows, newRow(about))
      if (!added.isNew && isForced && !added.row.isForced) {
        added.row = { ...added.row, isForced }
        await rows.save(added.row)
      }
      await rows.saveDrain(begun(await rows.findDrain(machineId), added.row, now()))
      return added
    })

  const requestRebalance: RelocationStore['requestRebalance'] = ({ steps, requestedBy }) =>
    database.transaction((trx) => {
      const about = { machineId: null, machine: null, isForced: false, requestedBy, kind: 'rebalance' as const, steps }
      return add(relocationRows(trx, dialect), newRow(about))
    })

  const begin: RelocationStore['begin'] = async (id, steps) => {
    try {
      return await change(id, (row) => (row.state === 'pending' ? { ...row, state: 'running', steps } : row))
    } catch (error) {
      if (isUniqueViolation(error)) return undefined
      throw error
    }
  }

  const save: RelocationStore['save'] = (next, availability) =>
    change(next.id, async (row, rows) => {
      const drain = row.machineId === null ? undefined : await rows.findDrain(row.machineId)
      if (drain && availability) {
        const isDrained = drain.isDrained || next.state === 'succeeded'
        await rows.saveDrain({ ...drain, availability, isDrained })
      }
      // Said by somebody else while it runs.
      return { ...next, isForced: row.isForced }
    })

  const cancelled = (row: RelocationRow, reason: string): RelocationRow => ({
    ...row,
    state: 'cancelled',
    words: reason,
    steps: row.steps.map((step) => (isRunningStep(step) || step.phase === 'waiting' ? skipped(step, now()) : step)),
    finishedAtMs: now(),
  })

  const cancel: RelocationStore['cancel'] = (id, reason) =>
    change(id, async (row, rows) => {
      const drain = row.machineId === null ? undefined : await rows.findDrain(row.machineId)
      if (drain) await rows.saveDrain({ ...drain, availability: 'active' })
      return cancelled(row, reason)
    })

  const activate: RelocationStore['activate'] = ({ machineId, machine }, reason) =>
    database.transaction(async (trx) => {
      const rows = relocationRows(trx, dialect)
      const found = await rows.findActive('drain', machineId)
      const row = found && (await rows.lock(found.id))
      const ended = row && isActiveRelocation(row) ? cancelled(row, reason) : undefined
      if (ended) await rows.save(ended)
      // Also where nothing is known here of a machine that the engine says is drained.
      const drain = (await rows.findDrain(machineId)) ?? { machineId, machine, relocationId: null, sinceMs: now() }
      await rows.saveDrain({ isDrained: false, ...drain, availability: 'active' })
      return ended
    })

  const get: RelocationStore['get'] = async (id) => {
    const row = await reads.find(id)
    if (row) return row
    throw new PlatformError('relocation_not_found', `There is no drain or rebalance ${id}`, {
      hint: '`berth machines relocations` lists them',
    })
  }

  async function read(): Promise<Relocating> {
    // Relocations first: a drain that ends in between is then still active here, and asks for no less than before.
    const active = await reads.listActive()
    return { active, drains: await reads.listDrains() }
  }

  const forgetDrain: RelocationStore['forgetDrain'] = async (machineId) => void (await reads.forgetDrain(machineId))
  const changes = { requestDrain, requestRebalance, begin, save, cancel, activate, forgetDrain }
  return { ...changes, find: reads.find, get, list: reads.list, read }
}

const skipped = (step: StepRow, atMs: number): StepRow => ({ ...step, phase: 'skipped', surge: 0, finishedAtMs: atMs })

/** A machine that is drained already stays so: asking again brings nothing back to it. */
function begun(before: DrainRow | undefined, { id, machineId, machine }: RelocationRow, atMs: number): DrainRow {
  const isKept = before?.isDrained === true && before.availability !== 'active'
  return {
    machineId: machineId ?? '',
    machine: machine ?? '',
    relocationId: id,
    availability: isKept ? before.availability : 'pause',
    isDrained: isKept,
    sinceMs: isKept ? before.sinceMs : atMs,
  }
}
