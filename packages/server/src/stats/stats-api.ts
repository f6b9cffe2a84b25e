import { followStats, getAppStats, getMachineStats, getOverviewStats, PlatformError } from '@berth/contract'
import type { ClusterState } from '@berth/engine'
import type { AppStore } from '../apps/app-store.ts'
import { getVisible } from '../apps/visible-apps.ts'
import { handle } from '../http/endpoint-handler.ts'
import type { StatsBoard } from './stats-board.ts'
import type { StatsReader } from './stats-reader.ts'

type Deps = {
  apps: Pick<AppStore, 'get'>
  cluster: { current(): ClusterState | undefined }
  stats: Pick<StatsReader, 'machine' | 'app' | 'overview'>
  statsBoard: StatsBoard
}

export const statsApi = ({ apps, cluster, stats, statsBoard }: Deps) => [
  handle(getMachineStats, async ({ params, query: { range } }) => {
    const known = cluster.current()?.machines.find(({ id, name }) => [id, name].includes(params.machine))
    if (!known) throw machineNotFound(params.machine)
    return stats.machine(known.name, range)
  }),

  handle(getAppStats, ({ params: { app }, query: { range } }) => stats.app(app, range)),

  handle(getOverviewStats, ({ query: { range } }) => stats.overview(range)),

  handle(followStats, async ({ query: { app, instances }, caller, signal }) => {
    if (app !== undefined) await getVisible(apps, app, caller)
    return statsBoard.follow({ caller, app, hasInstances: instances }, signal)
  }),
]

const machineNotFound = (machine: string) =>
  new PlatformError('machine_not_found', `There is no machine ${machine}`, { hint: 'See: berth machines' })
