import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { PlatformError } from '@berth/contract'

/** Where the managers of a swarm listen. */
const managerPort = 2377

/** To whoever holds the other end of this machine's connections to managers; itself a manager, it has more than one. */
const killArgs = [
  '--kill',
  '--no-header',
  '--tcp',
  '--numeric',
  'state',
  'established',
  'dport',
  '=',
  `:${managerPort}`,
]

/**
 * Cuts this engine's connections to the managers, so that it opens others at once and introduces itself anew. Nothing that
 * runs here notices. Answers with how many were cut: none where the kernel cannot (CONFIG_INET_DIAG_DESTROY).
 */
export async function registerAnew(signal: AbortSignal): Promise<{ cut: number }> {
  try {
    const { stdout } = await promisify(execFile)('ss', killArgs, { signal })
    return { cut: countLines(stdout) }
  } catch (cause) {
    signal.throwIfAborted()
    throw new PlatformError('engine_failed', 'The connections to the managers could not be cut', { cause })
  }
}

/** It prints those that it has cut. */
const countLines = (text: string) => text.split('\n').filter((line) => line.trim() !== '').length
