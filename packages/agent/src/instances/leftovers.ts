import type { EndedInstance, MachineEngine } from '@berth/engine'
import type { Log } from '../log.ts'

/** The engine itself removes what the cluster still knows; until it did, and a while longer, its log may be asked for. */
const keptMs = 600_000

type Deps = { engine: Pick<MachineEngine, 'listEndedInstances' | 'removeEndedInstance'>; log: Log; now(): number }

/** Removes what the cluster has forgotten, and nothing else, since only Berth's own ended instances are listed. */
export async function removeLeftovers(
  known: readonly string[],
  { engine, log, now }: Deps,
  signal?: AbortSignal,
): Promise<string[]> {
  const leftovers = leftoversOf(await engine.listEndedInstances(signal), { known, nowMs: now() })
  for (const instanceId of leftovers) await engine.removeEndedInstance(instanceId, signal)
  if (leftovers.length > 0) log.info('leftovers_removed', { instanceIds: leftovers })
  return leftovers
}

export function leftoversOf(
  ended: readonly EndedInstance[],
  { known, nowMs }: { known: readonly string[]; nowMs: number },
): string[] {
  const isKnown = new Set(known)
  return ended
    .filter(({ instanceId, endedAtMs }) => !isKnown.has(instanceId) && nowMs - endedAtMs > keptMs)
    .map(({ instanceId }) => instanceId)
}
