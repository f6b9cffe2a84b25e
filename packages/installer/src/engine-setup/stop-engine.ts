import { setTimeout as sleep } from 'node:timers/promises'
import { PlatformError } from '@berth/contract'
import { runCommand } from '../system/run-command.ts'
import { readEngineFacts } from './engine-facts.ts'
import { enginePidFile, findLiveOwner } from './stale-files.ts'

const deadlineMs = 30_000
const pollMs = 200

/** Stops this machine's engine. Only for one that `ensureEngine` has started; nothing happens where none runs. */
export async function stopEngine({ socketPath, signal }: { socketPath: string; signal?: AbortSignal }): Promise<void> {
  const { hasSystemd } = await readEngineFacts(socketPath)
  if (hasSystemd) {
    await runCommand(['systemctl', 'disable', '--now', 'docker.socket', 'docker.service'], { signal })
    return
  }
  const pid = await findLiveOwner(enginePidFile, 'dockerd')
  if (pid === undefined) return
  process.kill(pid, 'SIGTERM')
  const endMs = performance.now() + deadlineMs
  while ((await findLiveOwner(enginePidFile, 'dockerd')) === pid) {
    if (performance.now() > endMs) throw new PlatformError('engine_failed', `The engine (process ${pid}) does not stop`)
    await sleep(pollMs, undefined, { signal })
  }
}
