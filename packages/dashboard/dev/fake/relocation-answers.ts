import { setTimeout as delay } from 'node:timers/promises'
import {
  activateMachine,
  cancelRelocation,
  changeClusterSettings,
  drainMachine,
  followRelocation,
  getClusterSettings,
  getRelocation,
  listRelocations,
  PlatformError,
  planRebalance,
  type RebalanceMove,
  type Relocation,
  startRebalance,
} from '@berth/contract'
import { type Answer, answer, notFound } from './answer.ts'
import { beginRelocation, endRelocation, setAvailability } from './relocating.ts'
import type { World } from './world.ts'

/** `life`: how long what was begun goes on. */
export const relocationAnswers = (life: AbortSignal): Answer[] => [
  answer(drainMachine, ({ params: { machine } }, { world }) => {
    const { name } = findMachine(world, machine)
    if (world.machines.length === 1) {
      const hint = 'Add a machine, or let another one take instances again: berth machines activate'
      throw new PlatformError('last_machine', `No other machine takes instances, so ${name} cannot be drained`, {
        hint,
      })
    }
    const wish = { kind: 'drain', machine: name, apps: [...world.apps.keys()].slice(0, 3), from: name } as const
    return activeDrainOf(world, name) ?? beginRelocation(world, wish, life)
  }),
  answer(activateMachine, ({ params: { machine } }, { world }) => {
    const { name } = findMachine(world, machine)
    const cancelled = activeDrainOf(world, name) ?? null
    if (cancelled) endRelocation(world, cancelled, 'cancelled')
    setAvailability(world, name, 'active')
    return { machine: name, cancelled }
  }),
  answer(planRebalance, (_, { world }) => ({ moves: movesIn(world), skipped: [] })),
  answer(startRebalance, (_, { world }) => {
    const apps = movesIn(world).map(({ app }) => app)
    return beginRelocation(world, { kind: 'rebalance', machine: null, apps, from: world.machines[0]?.name ?? '' }, life)
  }),
  answer(listRelocations, ({ query }, { world }) => world.relocations.slice(0, query.limit)),
  answer(getRelocation, ({ params }, { world }) => find(world, params.relocationId)),
  answer(followRelocation, ({ params }, { world, signal }) => events(find(world, params.relocationId), signal)),
  answer(cancelRelocation, ({ params }, { world }) => {
    const relocation = find(world, params.relocationId)
    if (relocation.finishedAt) throw new PlatformError('relocation_finished', `It has ${relocation.state} already`)
    endRelocation(world, relocation, 'cancelled')
    return relocation
  }),
  answer(getClusterSettings, (_, { world }) => world.clusterSettings),
  answer(changeClusterSettings, ({ body }, { world }) =>
    Object.assign(world.clusterSettings, body.rebalancesByItself === undefined ? {} : body),
  ),
]

const activeDrainOf = ({ relocations }: World, name: string): Relocation | undefined =>
  relocations.find(({ machine, finishedAt }) => machine === name && finishedAt === null)

/** From the first machine to the last, where there are two. */
function movesIn({ machines, apps }: World): RebalanceMove[] {
  const [first, last] = [machines[0], machines.at(-1)]
  if (!first || !last || first === last) return []
  return [...apps.keys()].slice(0, 2).map((app) => ({ app, service: 'web', from: first.name, to: last.name }))
}

function findMachine({ machines }: World, name: string) {
  const found = machines.find((machine) => machine.name === name)
  if (!found) throw notFound('machine_not_found', `There is no machine ${name}`)
  return found
}

function find({ relocations }: World, id: string): Relocation {
  const found = relocations.find((relocation) => relocation.id === id)
  if (!found) throw notFound('relocation_not_found', `There is no drain or rebalance ${id}`)
  return found
}

async function* events(relocation: Relocation, signal: AbortSignal): AsyncGenerator<Relocation> {
  let sent = ''
  while (!signal.aborted) {
    const now = JSON.stringify(relocation)
    if (now !== sent) yield structuredClone(relocation)
    sent = now
    if (relocation.finishedAt) return
    await delay(100, undefined, { signal, ref: false }).catch(() => undefined)
  }
}
