import type { Heartbeat, KilledInstance } from '@berth/contract'
import type { MachineEngine } from '@berth/engine'
import type { Log } from '../log.ts'

type Deps = { engine: Pick<MachineEngine, 'findInstance'>; log: Log; now?(): number }

const toldForMs = 60_000
/** Of a process that was ended by SIGKILL, as the kernel does it. */
const killedExitCode = 137

/**
 * Which instances the kernel ended for want of memory. Their own counters are gone with them, so the engine is asked about
 * each one that ended.
 */
export function killedInstances({ engine, log, now = () => performance.now() }: Deps) {
  let killed: (KilledInstance & { atMs: number })[] = []

  async function find(instanceId: string) {
    const found = await engine.findInstance(instanceId)
    if (!found?.wasOutOfMemory || found.exitCode !== killedExitCode) return
    killed.push({ instanceId, app: found.app, atMs: now() })
    log.info('instance_out_of_memory', { instanceId, app: found.app })
  }

  return {
    look: (instanceId: string): void =>
      void find(instanceId).catch((error) => log.warn('ended_instance_not_found', { instanceId, error })),

    lately(nowMs: number): Pick<Heartbeat, 'killed'> {
      killed = killed.filter(({ atMs }) => nowMs - atMs < toldForMs)
      return killed.length === 0 ? {} : { killed: killed.map(({ instanceId, app }) => ({ instanceId, app })) }
    },
  }
}
