import type { RebalanceMove, RebalancePlan } from '@berth/contract'
import type { ObservedMachine } from '@berth/engine'
import { hasRoom, mayRunOn, reservedWith } from '../relocations/drain-fit.ts'
import type { RelocationFacts, ServiceFacts } from '../relocations/relocation-facts.ts'
import type { StepRow } from '../relocations/relocation-row.ts'

/** A move with what its step needs to know. */
export type PlannedMove = RebalanceMove & Pick<StepRow, 'serviceName' | 'machineId' | 'way' | 'closed'>
export type Plan = { moves: PlannedMove[]; skipped: RebalancePlan['skipped'] }

type Candidate = { service: ServiceFacts; from: ObservedMachine; to: ObservedMachine; way: StepRow['way'] }

/** More would not be done in one go; what is left is found by the next. */
const mostMoves = 100

/**
 * Which instances to move, one at a time, until no service can be spread better and no machine has two more than another
 * that could take one of its instances. Only instances on machines that take new ones count; nothing comes back by itself
 * from one that is cordoned.
 */
export function planRebalance(facts: RelocationFacts): Plan {
  const moves: PlannedMove[] = []
  let world = { ...facts, services: facts.services.filter((service) => isMovable(service)) }
  while (moves.length < mostMoves) {
    const best = bestMove(world)
    if (!best) break
    moves.push(toMove(best, facts.machines))
    world = after(world, best)
  }
  return { moves, skipped: skippedIn(facts) }
}

const isMovable = (service: ServiceFacts) => service.replicas > 0 && obstacleOf(service) === undefined

function obstacleOf({ isDeploying, up, placement }: ServiceFacts): string | undefined {
  if (isDeploying) return 'it is being deployed'
  if (up === 0) return 'none of its instances is up'
  // The engine counts by that label first, and would choose another machine than the plan.
  if (placement?.spread) return `it is spread over the label ${placement.spread}`
  return undefined
}

/** From the fullest machine first; a service that is uneven goes before a machine that is full. */
function bestMove(facts: RelocationFacts): Candidate | undefined {
  const totals = totalsOf(facts)
  const total = ({ id }: ObservedMachine) => totals[id] ?? 0
  const fullestFirst = (a: Candidate, b: Candidate) =>
    total(b.from) - total(a.from) || (a.service.serviceName < b.service.serviceName ? -1 : 1)
  const spreads = facts.services.flatMap((service) => spreadOf(service, facts, total) ?? [])
  const [spread] = spreads.toSorted(fullestFirst)
  if (spread) return spread
  const leaves = facts.services.flatMap((service) => leaveOf(service, facts, total) ?? [])
  return leaves.toSorted(fullestFirst)[0]
}

type Total = (machine: ObservedMachine) => number

/** One more where fewest of the service are, one less where most are. */
function spreadOf(service: ServiceFacts, facts: RelocationFacts, total: Total): Candidate | undefined {
  const own = ({ id }: ObservedMachine) => service.places[id] ?? 0
  const machines = facts.machines.filter((machine) => mayRunOn(machine, service))
  const from = machines.toSorted((a, b) => own(b) - own(a) || total(b) - total(a))[0]
  const to = chosenFor(service, machines, facts, total)
  return from && to && own(from) - own(to) >= 2 ? { service, from, to, way: 'spread' } : undefined
}

/** The only instance of its service on a full machine, to one that has none and at least two fewer of all. */
function leaveOf(service: ServiceFacts, facts: RelocationFacts, total: Total): Candidate | undefined {
  const machines = facts.machines.filter((machine) => mayRunOn(machine, service))
  const from = machines.filter(({ id }) => service.places[id] === 1).toSorted((a, b) => total(b) - total(a))[0]
  const others = machines.filter((machine) => machine !== from)
  const to = chosenFor(service, others, facts, total)
  if (!from || !to || (service.places[to.id] ?? 0) > 0) return undefined
  return total(from) - total(to) >= 2 ? { service, from, to, way: 'leave' } : undefined
}

/** As the engine would choose: fewest of the service, and then fewest of all, among those with room. */
function chosenFor(
  service: ServiceFacts,
  machines: readonly ObservedMachine[],
  { reserved }: RelocationFacts,
  total: Total,
): ObservedMachine | undefined {
  const own = ({ id }: ObservedMachine) => service.places[id] ?? 0
  const roomy = machines.filter((machine) => hasRoom(machine, service, reserved))
  return roomy.toSorted((a, b) => own(a) - own(b) || total(a) - total(b))[0]
}

function totalsOf({ services }: RelocationFacts): Record<string, number> {
  const totals: Record<string, number> = {}
  for (const { places } of services) for (const [id, n] of Object.entries(places)) totals[id] = (totals[id] ?? 0) + n
  return totals
}

function after<World extends RelocationFacts>(world: World, { service, from, to }: Candidate): World {
  const places = { ...service.places, [from.id]: (service.places[from.id] ?? 0) - 1 }
  places[to.id] = (places[to.id] ?? 0) + 1
  const reserved = reservedWith(reservedWith(world.reserved, from.id, service, -1), to.id, service)
  return {
    ...world,
    reserved,
    services: world.services.map((each) => (each === service ? { ...service, places } : each)),
  }
}

const toMove = ({ service, from, to, way }: Candidate, machines: readonly ObservedMachine[]): PlannedMove => ({
  app: service.app,
  service: service.service,
  serviceName: service.serviceName,
  machineId: from.id,
  from: from.name,
  to: to.name,
  way,
  closed: machines.filter(({ id }) => id !== to.id && !service.places[id]).map(({ id }) => id),
})

/** What would be moved if nothing stood in its way. */
const skippedIn = (facts: RelocationFacts): Plan['skipped'] =>
  facts.services.flatMap((service) => {
    const { app, service: name, replicas } = service
    const reason = obstacleOf(service)
    const isUneven = replicas > 0 && spreadOf(service, facts, () => 0) !== undefined
    return reason !== undefined && isUneven ? [{ app, service: name, reason }] : []
  })
