import { PlatformError, sourcePieceBytes } from '@berth/contract'
import type { ReadSource } from '../agents/agent-connection.ts'
import type { BuildStore } from './build-store.ts'
import type { SourceFiles } from './source-files.ts'

/** Pieces of a source go only to the machine that builds it now. */
export const sourcePieces =
  (builds: Pick<BuildStore, 'find'>, sources: Pick<SourceFiles, 'read'>): ReadSource =>
  async ({ machine, buildId, offset }) => {
    const build = await builds.find(buildId)
    if (build?.state !== 'running' || build.machine !== machine) {
      throw new PlatformError('forbidden', `Build ${buildId} does not run on ${machine}`)
    }
    return sources.read(buildId, offset, sourcePieceBytes)
  }
