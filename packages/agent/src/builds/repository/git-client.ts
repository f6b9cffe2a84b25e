import type { BuildEvent } from '@berth/contract'
import { readProgress, readReceived } from './fetch-progress.ts'
import { gitEnvironment, type Place } from './git-command.ts'
import { type Asked, explainFailure } from './repository-failure.ts'
import { type RepositoryLimits, tooManyBytes } from './repository-tree.ts'
import { GitEnded, runGit } from './run-git.ts'
import { watchSize } from './size-watch.ts'

export type Listener = {
  emit(event: BuildEvent): Promise<void>
  buildLog: { add(lines: readonly string[]): Promise<void> }
}

export type FetchOptions = {
  limits: RepositoryLimits
  /** As git is told of them, such as `http:https:ssh`. */
  protocols: string
}

type Client = FetchOptions & { asked: Asked; listener: Listener }

const progressEveryMs = 1_000
const keptLines = 20

/** Runs git for one build: within its limits, with its progress told, and its failures in words. */
export function createGit(place: Place, client: Client, signal: AbortSignal) {
  const { asked, limits, listener } = client
  const env = gitEnvironment(place, client.protocols)
  const tellProgress = progressTo(listener)

  async function run(args: readonly string[], onOutput?: (chunk: Buffer) => void): Promise<void> {
    const said: string[] = []
    const onLine = (line: string) => {
      if (tellProgress(line)) return
      said.push(line)
      if (said.length > keptLines) said.shift()
    }
    const tooLarge = new AbortController()
    const watched = [place.store, place.tree]
    const endWatch = watchSize(watched, limits.expandedBytes, () => tooLarge.abort(tooManyBytes(limits)))
    try {
      const run = { folder: place.folder, env, signal: AbortSignal.any([signal, tooLarge.signal]), onLine }
      await runGit(args, run, onOutput)
    } catch (error) {
      throw error instanceof GitEnded ? explainFailure(said, asked) : error
    } finally {
      endWatch()
    }
  }

  async function read(args: readonly string[]): Promise<string> {
    const chunks: Buffer[] = []
    await run(args, (chunk) => chunks.push(chunk))
    return Buffer.concat(chunks).toString('utf8').trim()
  }

  return { run, read }
}

/** Says whether a line was progress. What goes on is told each second, what came in is kept in the log. */
function progressTo({ emit, buildLog }: Listener): (line: string) => boolean {
  let toldAtMs = 0
  return (line) => {
    const detail = readProgress(line)
    if (!detail) return false
    const received = readReceived(line)
    if (received) void buildLog.add([`Received ${received}`])
    if (performance.now() - toldAtMs > progressEveryMs) {
      toldAtMs = performance.now()
      void emit({ kind: 'detail', detail })
    }
    return true
  }
}
