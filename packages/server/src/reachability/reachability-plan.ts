import type { MachineReachability, MachineTry, Way } from '@berth/contract'

/** A machine that can be asked, as far as it matters who is. */
export type Askable = { name: string; isManager: boolean }

/** Managers first, since all depends on them; of the others some from everywhere in the list, and always the same. */
export function chooseTriers<Machine extends Askable>(others: readonly Machine[], most: number): Machine[] {
  const byName = others.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const managers = byName.filter(({ isManager }) => isManager).slice(0, most)
  const workers = byName.filter(({ isManager }) => !isManager)
  const places = Math.min(most - managers.length, workers.length)
  const spread = Array.from({ length: places }, (_, place) => workers[Math.floor((place * workers.length) / places)])
  return [...managers, ...spread.filter((machine) => machine !== undefined)]
}

/** What one machine found out about another, or why it could not. */
export type Attempt = { from: string; to: string } & ({ ways: readonly Way[] } | { failure: string })

/** Nothing where all ways are open. */
export function describeTroubles(attempt: Attempt): string[] {
  const { from, to } = attempt
  if ('failure' in attempt) return [`${from} could not try to reach ${to}: ${attempt.failure}`]
  const closed = attempt.ways.filter(({ outcome }) => outcome !== 'open')
  return closed.map((way) => `${from} cannot reach ${to}: ${describeWay(way)}`)
}

const purposes: Record<Way['kind'], string> = {
  swarm: 'the swarm',
  managers: 'the managers’ port',
  visitors: 'the entrance of visitors',
  overlay: 'the network between instances',
}

function describeWay({ kind, protocol, port, outcome }: Way): string {
  const place = `${protocol} ${port} (${purposes[kind]})`
  if (outcome === 'full_lost') return `packets of full size get lost on the way to ${place}`
  if (outcome === 'refused') return `nothing listens at ${place}`
  // Who may not enter gets no answer, and neither does who asks a network that is not there.
  return `${place} is closed`
}

export type TriedOther = { name: string; troubles: string[]; isOthersOwn: boolean }

/** A trouble that the other one has with a third machine as well says nothing about this one. */
export function judge(machine: string, others: number, tried: readonly TriedOther[]): MachineReachability {
  const tries = tried.map(({ name, troubles, isOthersOwn }): MachineTry => ({ machine: name, troubles, isOthersOwn }))
  return {
    machine,
    isReached: tries.every(({ troubles, isOthersOwn }) => troubles.length === 0 || isOthersOwn),
    others,
    tries,
  }
}
