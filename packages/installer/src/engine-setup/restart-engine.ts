import { runCommand } from '../system/run-command.ts'
import { readEngineFacts } from './engine-facts.ts'
import { type StartOptions, startDaemon, startService } from './start-engine.ts'
import { stopEngine } from './stop-engine.ts'

/** Stops this machine's engine, with all that runs on it, and starts it. */
export async function restartEngine(options: StartOptions): Promise<void> {
  const { hasSystemd } = await readEngineFacts(options.socketPath)
  if (hasSystemd) {
    await runCommand(['systemctl', 'restart', 'docker.service'], { onLine: options.onProgress, signal: options.signal })
    await startService(options)
    return
  }
  await stopEngine(options)
  await startDaemon(options)
}
