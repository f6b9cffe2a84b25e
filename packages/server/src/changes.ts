import { EventEmitter, once } from 'node:events'

/** Tells the loops and the open streams of this process that what is wanted or observed has changed. Carries nothing: listeners read anew. */
export interface Changes {
  notify(): void
  /** Resolves at the next change, or after `timeoutMs` without one. */
  wait(timeoutMs: number, signal: AbortSignal): Promise<void>
}

export function createChanges(): Changes {
  const emitter = new EventEmitter()
  emitter.setMaxListeners(0)

  async function wait(timeoutMs: number, signal: AbortSignal) {
    const enough = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
    await once(emitter, 'change', { signal: enough }).catch((error) => {
      if (signal.aborted || !enough.aborted) throw error
    })
  }

  return { notify: () => void emitter.emit('change'), wait }
}
