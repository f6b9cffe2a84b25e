/** A place where work is done that a cleanup would harm, such as the registry while something is pushed to it. */
export type WorkPlace = 'registry' | `machine ${string}`

type Pass = () => void
type Inside = { workers: number; isClosed: boolean; changed: PromiseWithResolvers<void> }

/** Lets many work at a place, or one clean it up, but never both at once. Kept in memory: only one server acts. */
export interface WorkGate {
  /** Works there; waits before while one of the places is closed, and says so first. */
  enter<Result>(
    places: readonly WorkPlace[],
    options: { signal: AbortSignal; onWait?(): void },
    work: () => Promise<Result>,
  ): Promise<Result>
  /** Nobody enters from now on; undefined when those inside have not left in time, and then they may again. */
  close(place: WorkPlace, options: { signal: AbortSignal; patienceMs: number }): Promise<Pass | undefined>
}

export function workGate(): WorkGate {
  const places = new Map<WorkPlace, Inside>()

  function at(place: WorkPlace): Inside {
    const found = places.get(place) ?? { workers: 0, isClosed: false, changed: Promise.withResolvers<void>() }
    places.set(place, found)
    return found
  }

  function change(inside: Inside, to: Partial<Pick<Inside, 'workers' | 'isClosed'>>) {
    const { changed } = inside
    Object.assign(inside, to, { changed: Promise.withResolvers<void>() })
    changed.resolve()
  }

  const enter: WorkGate['enter'] = async (names, { signal, onWait }, work) => {
    const wanted = names.map(at)
    let hasSaid = false
    for (let closed = wanted.find(isClosed); closed; closed = wanted.find(isClosed)) {
      if (!hasSaid) onWait?.()
      hasSaid = true
      await untilAborted(closed.changed.promise, signal)
    }
    for (const inside of wanted) inside.workers += 1
    try {
      return await work()
    } finally {
      for (const inside of wanted) change(inside, { workers: inside.workers - 1 })
    }
  }

  async function close(name: WorkPlace, { signal, patienceMs }: Parameters<WorkGate['close']>[1]) {
    const inside = at(name)
    if (inside.isClosed) return undefined
    inside.isClosed = true
    const open = once(() => change(inside, { isClosed: false }))
    const patience = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)])
    try {
      while (inside.workers > 0) await untilAborted(inside.changed.promise, patience)
      return open
    } catch {
      open()
      signal.throwIfAborted()
      return undefined
    }
  }

  return { enter, close }
}

const isClosed = (inside: Inside) => inside.isClosed

function once(run: () => void): Pass {
  let hasRun = false
  return () => {
    if (!hasRun) run()
    hasRun = true
  }
}

async function untilAborted(awaited: Promise<void>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const onAbort = () => reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    await Promise.race([awaited, aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
