import { setTimeout as sleep } from 'node:timers/promises'
import type { MachineEngine } from '@berth/engine'
import type { Log } from '../log.ts'

export interface Stirs {
  /** Called soon after an instance began or ended here; the answer stops it. */
  onStir(listener: () => void): () => void
  /** Called at once for each that ended; one that ended while the engine did not tell is not told of. */
  onEnd(listener: (instanceId: string) => void): void
  /** Watches until the signal. */
  run(signal: AbortSignal): Promise<void>
}

type Options = { engine: Pick<MachineEngine, 'watchInstances'>; log: Log; gatherMs?: number; retryMs?: number }

/** Tells that something happened to this machine's instances, a whole burst at once. */
export function instanceStirs({ engine, log, gatherMs = 30, retryMs = 2_000 }: Options): Stirs {
  const listeners = new Set<() => void>()
  const endListeners = new Set<(instanceId: string) => void>()
  let gathering: NodeJS.Timeout | undefined

  function stir(endedInstanceId?: string) {
    if (endedInstanceId !== undefined) for (const listener of endListeners) listener(endedInstanceId)
    gathering ??= setTimeout(() => {
      gathering = undefined
      for (const listener of listeners) listener()
    }, gatherMs)
  }

  async function run(signal: AbortSignal) {
    while (!signal.aborted) {
      await engine.watchInstances(stir, signal).catch((error) => {
        if (!signal.aborted) log.warn('instance_watch_ended', { error })
      })
      // What happened meanwhile was not told.
      stir()
      await sleep(retryMs, undefined, { signal }).catch(() => undefined)
    }
    clearTimeout(gathering)
  }

  return {
    onStir(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    onEnd: (listener) => void endListeners.add(listener),
    run,
  }
}
