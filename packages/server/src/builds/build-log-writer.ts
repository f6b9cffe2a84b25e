import type { BuildLogLine } from '@berth/contract'
import type { BuildLogStore } from './build-log-store.ts'

/** Keeps lines for a moment and stores many at once, in order. */
export interface BuildLogWriter {
  add(lines: readonly BuildLogLine[]): void
  /** A remark of Berth's own. */
  say(text: string): void
  /** Resolves when all that was added is stored. */
  flush(): Promise<void>
}

type Deps = { logs: Pick<BuildLogStore, 'append'>; now(): number; onStored(): void; onError(error: unknown): void }

const gatherMs = 300

export function buildLogWriter(buildId: string, { logs, now, onStored, onError }: Deps): BuildLogWriter {
  let pending: BuildLogLine[] = []
  let timer: NodeJS.Timeout | undefined
  let storing = Promise.resolve()

  function store() {
    clearTimeout(timer)
    timer = undefined
    const lines = pending
    pending = []
    if (lines.length > 0) storing = storing.then(() => logs.append(buildId, lines)).then(onStored, onError)
    return storing
  }

  function add(lines: readonly BuildLogLine[]) {
    pending.push(...lines)
    timer ??= setTimeout(store, gatherMs)
  }

  return {
    add,
    say: (text) => add([{ at: new Date(now()).toISOString(), text }]),
    flush: store,
  }
}
