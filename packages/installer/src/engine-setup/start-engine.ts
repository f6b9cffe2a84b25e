import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { open, readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { PlatformError } from '@berth/contract'
import { runCommand } from '../system/run-command.ts'
import { findDockerd, readRunning } from './engine-facts.ts'
import type { EngineFacts } from './engine-plan.ts'
import { enginePidFile, findLiveOwner, removeStalePidFiles } from './stale-files.ts'

export const engineLogPath = '/var/log/dockerd.log'
const answerDeadlineMs = 60_000
const pollMs = 200

export type StartOptions = { socketPath: string; onProgress(words: string): void; signal?: AbortSignal }
type Running = NonNullable<EngineFacts['running']>

export async function startService({ socketPath, onProgress, signal }: StartOptions): Promise<Running> {
  onProgress('starting the engine')
  await runCommand(['systemctl', 'enable', '--now', 'docker.service'], { onLine: onProgress, signal })
  return waitForAnswer(socketPath, {
    signal,
    hasEnded: () => false,
    explain: () => runCommand(['journalctl', '-u', 'docker.service', '-n', '20', '--no-pager']).catch(() => ''),
  })
}

/** Where there is no service manager: a process of its own that outlives this one. */
export async function startDaemon({ socketPath, onProgress, signal }: StartOptions): Promise<Running> {
  for (const path of await removeStalePidFiles()) onProgress(`removed ${path}, left by an engine that is gone`)
  onProgress('starting the engine')
  const log = await open(engineLogPath, 'a', 0o640)
  const { size: logStart } = await log.stat()
  try {
    // The package's own script may just have started one.
    const isStarting = (await findLiveOwner(enginePidFile, 'dockerd')) !== undefined
    const daemon = isStarting ? undefined : await spawnDaemon(socketPath, log.fd)
    return await waitForAnswer(socketPath, {
      signal,
      hasEnded: () => daemon !== undefined && daemon.exitCode !== null,
      explain: async () => (await readFile(engineLogPath)).subarray(logStart).toString('utf8'),
    })
  } finally {
    await log.close()
  }
}

async function spawnDaemon(socketPath: string, logDescriptor: number): Promise<ChildProcess> {
  const daemon = spawn((await findDockerd()) ?? 'dockerd', ['-H', `unix://${socketPath}`], {
    detached: true,
    stdio: ['ignore', logDescriptor, logDescriptor],
    cwd: '/',
  })
  await once(daemon, 'spawn')
  daemon.unref()
  return daemon
}

type Waiting = { signal?: AbortSignal; hasEnded(): boolean; explain(): Promise<string> }

async function waitForAnswer(socketPath: string, { signal, hasEnded, explain }: Waiting): Promise<Running> {
  const endMs = performance.now() + answerDeadlineMs
  for (;;) {
    const running = await readRunning(socketPath)
    if (running) return running
    if (hasEnded() || performance.now() > endMs) {
      const lines = (await explain()).trimEnd().split('\n').slice(-15).join('\n')
      const state = hasEnded() ? 'ended at once' : `did not answer within ${answerDeadlineMs / 1000} s`
      throw new PlatformError('engine_unavailable', `The engine was started but ${state}:\n${lines}`, {
        hint: `Its log: ${engineLogPath}, or "journalctl -u docker" where systemd runs`,
      })
    }
    await sleep(pollMs, undefined, { signal })
  }
}
