import type { Registry } from 'prom-client'
import type { AppStore } from '../apps/app-store.ts'
import type { StoreDeps } from '../database/database.ts'
import type { EndpointHandler } from '../http/endpoint-handler.ts'
import { registerMachineGauges } from './machine-gauges.ts'
import type { FindObservedUse } from './observed-use.ts'
import { sampleStore } from './sample-store.ts'
import { statsApi } from './stats-api.ts'
import { statsBoard } from './stats-board.ts'
import { statsKeeper } from './stats-keeper.ts'
import { type StatsReader, statsReader } from './stats-reader.ts'

export interface Stats {
  /** Takes and keeps what is measured, until the signal. */
  run(signal: AbortSignal): Promise<void>
  /** Takes what is measured in this second, as `run` does each second. */
  tick(): void
  observedUse: FindObservedUse
  /** Of one machine, by name. */
  machineSeries: StatsReader['machine']
  api(deps: { apps: Pick<AppStore, 'get'> }): EndpointHandler[]
  addGauges(registry: Registry): void
}

type Deps = Omit<Parameters<typeof statsKeeper>[0], 'store' | 'listApps'> &
  Pick<StoreDeps, 'database'> & { listApps: AppStore['list'] }

/** The parts of the statistics, put together. */
export function createStats(deps: Deps): Stats {
  const { listApps, cluster, now } = deps
  const store = sampleStore(deps)
  const keeper = statsKeeper({ ...deps, store })
  const { rings, shelf } = keeper
  const reader = statsReader({ rings, shelf, store, now })
  const board = statsBoard({ keeper, listApps })
  return {
    run: keeper.run,
    tick: keeper.tick,
    observedUse: reader.observedUse,
    machineSeries: reader.machine,
    api: ({ apps }) => statsApi({ apps, cluster, stats: reader, statsBoard: board }),
    addGauges: (registry) => registerMachineGauges(registry, () => keeper.newest()?.machines ?? []),
  }
}
