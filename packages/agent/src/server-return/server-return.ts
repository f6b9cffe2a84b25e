import type { Engine } from '@berth/engine'
import type { Clock } from '../edge/clock.ts'
import type { ServerReach } from '../edge/server-reach.ts'
import type { Log } from '../log.ts'
import { isLookDue, planReturn } from './return-plan.ts'

type Deps = {
  engine: Pick<Engine, 'observe' | 'openMachine' | 'closeMachine'>
  /** The machine's own engine, as it is now. */
  info(signal: AbortSignal): Promise<{ machineId: string; isManager: boolean }>
  isServerWaitingFor(machineId: string, signal: AbortSignal): Promise<boolean>
  clock: Clock
  log: Log
}

const lookEveryMs = 1_000
const placedLookMs = 250
/** A server that waits is placed within a second. */
const mostOpenMs = 8_000

/**
 * Lets the server come back where the only machine that could run it was paused by Berth: nobody else could end that, as it is
 * asked of a server. The machine is open for no longer than it takes.
 */
export function serverReturn({ engine, info, isServerWaitingFor, clock, log }: Deps) {
  let unlinkedAtMs: number | null = clock.nowMs()
  let openings = 0
  let openedAtMs = Number.NEGATIVE_INFINITY

  async function look(signal: AbortSignal) {
    const { machineId, isManager } = await info(signal)
    if (!isManager) return
    const isWaiting = await isServerWaitingFor(machineId, signal)
    const machine = (await engine.observe(signal)).machines.find(({ id }) => id === machineId)
    const step = planReturn(machine, isWaiting)
    if (step === 'open') await open(machineId, signal)
    if (step === 'close') await engine.closeMachine(machineId, signal)
  }

  async function open(machineId: string, signal: AbortSignal) {
    const placed = new AbortController()
    log.info('machine_opened_for_the_server', { machineId })
    openings += 1
    const opening = engine.openMachine(machineId, mostOpenMs, AbortSignal.any([signal, placed.signal]))
    const watching = untilPlaced(machineId, AbortSignal.any([signal, placed.signal])).then(() => placed.abort())
    try {
      await opening
    } catch (error) {
      if (!placed.signal.aborted) throw error
    } finally {
      placed.abort()
      openedAtMs = clock.nowMs()
      await watching
    }
  }

  /** An engine that does not answer has not placed it. */
  async function untilPlaced(machineId: string, signal: AbortSignal) {
    while (!signal.aborted && (await isServerWaitingFor(machineId, signal).catch(() => true))) {
      await clock.wait(placedLookMs, signal)
    }
  }

  const isDue = () => {
    const nowMs = clock.nowMs()
    if (unlinkedAtMs === null) return false
    return isLookDue({ unlinkedMs: nowMs - unlinkedAtMs, openings, sinceOpeningMs: nowMs - openedAtMs })
  }

  return {
    setReach(reach: ServerReach) {
      if (reach !== 'linked') {
        unlinkedAtMs ??= clock.nowMs()
        return
      }
      unlinkedAtMs = null
      openings = 0
    },
    /** Until the signal. */
    async run(signal: AbortSignal): Promise<void> {
      while (!signal.aborted) {
        if (isDue()) {
          await look(signal).catch((error: unknown) => {
            if (!signal.aborted) log.warn('server_return_failed', { error })
          })
        }
        await clock.wait(lookEveryMs, signal)
      }
    },
  }
}
