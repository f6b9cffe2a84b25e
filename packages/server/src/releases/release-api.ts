import { listReleases, type Release } from '@berth/contract'
import type { AppStore } from '../apps/app-store.ts'
import { handle } from '../http/endpoint-handler.ts'
import type { ReleaseRow, ReleaseStore } from './release-store.ts'

export const releaseApi = ({ apps, releases }: { apps: AppStore; releases: ReleaseStore }) => [
  handle(listReleases, async ({ params: { app } }) => {
    await apps.get(app)
    return (await releases.list(app)).map(viewRelease)
  }),
]

const viewRelease = ({ createdAtMs, ...release }: ReleaseRow): Release => ({
  ...release,
  createdAt: new Date(createdAtMs).toISOString(),
})
