import { type Build, getBuild, listBuilds, PlatformError } from '@berth/contract'
import type { Context } from '../command.ts'

/** The build of that id, or the newest of the app. Throws `build_not_found`. */
export async function findBuild(app: string, buildId: string | undefined, { call }: Context): Promise<Build> {
  if (buildId !== undefined) return call(getBuild, { params: { app, buildId } })
  const [newest] = await call(listBuilds, { params: { app }, query: { limit: 1 } })
  if (newest) return newest
  throw new PlatformError('build_not_found', `${app} has not been built yet`, {
    hint: 'Build it: berth deploy <folder>',
  })
}
