import type { StatsEvent } from '@berth/contract'
import type { Caller } from '../gate/caller.ts'
import { type SharedResult, sharedResult } from '../http/shared-result.ts'
import type { Second } from './second.ts'
import type { StatsKeeper } from './stats-keeper.ts'

/** What one stream may show. */
export type StatsScope = {
  caller: Pick<Caller, 'accessTo'>
  app: string | undefined
  hasInstances: boolean
}

export interface StatsBoard {
  /** The newest second at once, then each one, until the signal. Whoever is too slow misses some. */
  follow(scope: StatsScope, signal: AbortSignal): AsyncGenerator<SharedResult<StatsEvent>>
}

type Deps = {
  keeper: Pick<StatsKeeper, 'newest' | 'onSecond'>
  listApps(): Promise<readonly { name: string; project: string }[]>
}

type Shown = { second: Second; projectOf: ReadonlyMap<string, string>; events: Map<string, SharedResult<StatsEvent>> }

/** Each second is looked at once for all streams, and made once for all callers who see the same. */
export function statsBoard({ keeper, listApps }: Deps): StatsBoard {
  let shown: Promise<Shown> | undefined
  let shownAtMs = Number.NaN

  /** Shared by all who ask about the same second. */
  function show(second: Second): Promise<Shown> {
    if (shownAtMs !== second.atMs || !shown) {
      shownAtMs = second.atMs
      shown = listApps().then((apps) => ({
        second,
        projectOf: new Map(apps.map(({ name, project }) => [name, project])),
        events: new Map(),
      }))
    }
    return shown
  }

  async function* follow(scope: StatsScope, signal: AbortSignal) {
    let wake = () => {}
    let isNew = keeper.newest() !== undefined
    const onNews = () => {
      isNew = true
      wake()
    }
    const stop = keeper.onSecond(onNews)
    signal.addEventListener('abort', onNews, { once: true })
    try {
      for (;;) {
        signal.throwIfAborted()
        const second = keeper.newest()
        if (isNew && second) {
          isNew = false
          yield eventFor(await show(second), scope)
        } else {
          await new Promise<void>((resolve) => {
            wake = resolve
          })
        }
      }
    } finally {
      stop()
      signal.removeEventListener('abort', onNews)
    }
  }

  return { follow }
}

function eventFor({ second, projectOf, events }: Shown, { caller, app, hasInstances }: StatsScope) {
  const projects = [...new Set(projectOf.values())].filter((project) => caller.accessTo(project) !== null)
  const key = [app, hasInstances, ...projects].join(' ')
  const known = events.get(key)
  if (known) return known
  const isShown = (name: string) => {
    const project = projectOf.get(name)
    return project !== undefined && projects.includes(project) && (app === undefined || app === name)
  }
  const event = sharedResult<StatsEvent>({
    at: new Date(second.atMs).toISOString(),
    machines: [...second.machines],
    apps: second.apps.filter((sample) => isShown(sample.app)),
    instances: hasInstances ? second.instances.filter((sample) => isShown(sample.app)) : [],
  })
  events.set(key, event)
  return event
}
