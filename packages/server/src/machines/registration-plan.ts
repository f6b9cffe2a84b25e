/** What is remembered of a machine that the cluster holds for lost although its agent is here. */
export type Estranged = { sinceMs: number; triedAtMs: number }

/** By machine id. */
export type RegistrationMemory = ReadonlyMap<string, Estranged>

type Situation = {
  /** Of machines that are not ready to the cluster, and whose agents are here. */
  estranged: readonly string[]
  nowMs: number
}

/** A machine that comes back has a few seconds in which it is this by right; the engine's own pauses are up to 8 s. */
const patienceMs = 12_000
const againMs = 30_000

/**
 * Which machines' engines shall introduce themselves anew. A manager that has just started waits for its workers for three
 * heartbeats; one that comes back within the last 100 ms of that is registered and held for lost all the same, for good
 * (swarmkit's dispatcher: the expiry of an unknown node overwrites what a registration has queued).
 */
export function planRegistrations(memory: RegistrationMemory, { estranged, nowMs }: Situation) {
  const next = new Map<string, Estranged>()
  const due: string[] = []
  for (const id of estranged) {
    const { sinceMs, triedAtMs } = memory.get(id) ?? { sinceMs: nowMs, triedAtMs: Number.NEGATIVE_INFINITY }
    const isDue = nowMs - sinceMs >= patienceMs && nowMs - triedAtMs >= againMs
    if (isDue) due.push(id)
    next.set(id, { sinceMs, triedAtMs: isDue ? nowMs : triedAtMs })
  }
  return { due, memory: next as RegistrationMemory }
}
