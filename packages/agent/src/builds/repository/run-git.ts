import { type ChildProcess, spawn } from 'node:child_process'
import { PlatformError } from '@berth/contract'
import { createLineReader } from './line-reader.ts'

export type GitRun = {
  folder: string
  env: Record<string, string>
  signal: AbortSignal
  /** Each line that git says of itself, also those that overwrite one another. */
  onLine(line: string): void
}

/** Git ended with an error; what it said was given to `onLine`. */
export class GitEnded extends Error {}

/** Runs git to its end; what `onOutput` throws ends it. */
export async function runGit(
  args: readonly string[],
  { folder, env, signal, onLine }: GitRun,
  onOutput: (chunk: Buffer) => void = () => {},
): Promise<void> {
  signal.throwIfAborted()
  // A group of its own, so that the programs that git starts end with it.
  const child = spawn('git', args, { cwd: folder, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  const end = () => endGroup(child)
  signal.addEventListener('abort', end, { once: true })
  const closed = untilClosed(child)
  const lines = createLineReader(onLine)
  child.stderr.on('data', lines.add)
  let fault: unknown
  child.stdout.on('data', (chunk: Buffer) => {
    if (fault) return
    try {
      onOutput(chunk)
    } catch (error) {
      fault = error
      end()
    }
  })
  const exit = await closed.finally(() => signal.removeEventListener('abort', end))
  lines.end()
  if (fault) throw fault
  signal.throwIfAborted()
  if (exit !== 0) throw new GitEnded(`git ended with ${exit}`)
}

function untilClosed(child: ChildProcess): Promise<number | NodeJS.Signals | null> {
  return new Promise((resolve, reject) => {
    child.once('error', (cause) => reject(cannotStart(cause)))
    child.once('close', (code, killedBy) => resolve(killedBy ?? code))
  })
}

function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (error) {
    // It ended by itself just now.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

function cannotStart(cause: Error): Error {
  if (!('code' in cause) || cause.code !== 'ENOENT') return cause
  return new PlatformError('internal', 'The agent of this machine has no git to fetch repositories with', { cause })
}
