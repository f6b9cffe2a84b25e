import { followLive } from '@berth/contract'
import type { AppStore } from '../apps/app-store.ts'
import { getVisible } from '../apps/visible-apps.ts'
import { handle } from '../http/endpoint-handler.ts'
import type { LiveBoard } from './live-board.ts'

export const liveApi = ({ apps, live }: { apps: Pick<AppStore, 'get'>; live: Pick<LiveBoard, 'follow'> }) => [
  handle(followLive, async ({ query: { app }, caller, signal }) => {
    if (app !== undefined) await getVisible(apps, app, caller)
    return live.follow({ caller, app }, signal)
  }),
]
