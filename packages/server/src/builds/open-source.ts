import { PlatformError } from '@berth/contract'
import type { OpenFile } from '../agents/serve-file.ts'
import type { BuildStore } from './build-store.ts'
import type { SourceFiles } from './source-files.ts'

/** A source goes only to the machine that builds it now. */
export const openSource =
  (builds: Pick<BuildStore, 'find'>, sources: Pick<SourceFiles, 'open'>): OpenFile =>
  async (buildId, { name }) => {
    const build = await builds.find(buildId)
    if (build?.state !== 'running' || build.machine !== name) {
      throw new PlatformError('forbidden', `Build ${buildId} does not run on ${name}`)
    }
    return sources.open(buildId)
  }
