import { listFigures } from '@berth/contract'
import type { AppStore } from '../apps/app-store.ts'
import { getVisible, listVisible } from '../apps/visible-apps.ts'
import { handle } from '../http/endpoint-handler.ts'
import { type FigureKeeper, stepMs } from './figure-keeper.ts'

type Deps = { apps: Pick<AppStore, 'list' | 'get'>; figures: Pick<FigureKeeper, 'newest' | 'series'> }

export const figureApi = ({ apps, figures }: Deps) => [
  handle(listFigures, async ({ query: { app, steps }, caller }) => {
    const shown = app === undefined ? listVisible(await apps.list(), caller) : [await getVisible(apps, app, caller)]
    return {
      stepMs,
      endAt: new Date(figures.newest().atMs).toISOString(),
      apps: shown.map(({ name }) => figures.series(name, steps)),
    }
  }),
]
