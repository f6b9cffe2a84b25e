import { setTimeout as delay } from 'node:timers/promises'
import type { Relocation, RelocationStep } from '@berth/contract'
import { newId } from './sample-apps.ts'
import type { World } from './world.ts'

const phaseMs = 900
const phases = ['starting 1 instance elsewhere', '1 of 2 up, old and new', '1 instance still there', 'the surplus goes']

export type Wish = { kind: Relocation['kind']; machine: string | null; apps: readonly string[]; from: string }

/** Records a relocation and lets it go its way, one app after the other. */
export function beginRelocation(world: World, { kind, machine, apps, from }: Wish, signal: AbortSignal): Relocation {
  const relocation: Relocation = {
    id: newId('r'),
    kind,
    machine,
    state: 'pending',
    words: machine === null ? 'about to begin' : `pausing ${machine}`,
    steps: apps.map((app) => ({ app, service: 'web', from, ...notBegun })),
    failure: null,
    requestedBy: world.me.name,
    createdAt: new Date().toISOString(),
    finishedAt: null,
  }
  world.relocations.unshift(relocation)
  setAvailability(world, machine, 'draining')
  void goOn(world, relocation, signal).catch(() => undefined)
  return relocation
}

const notBegun = { words: null, state: 'waiting', startedAt: null, finishedAt: null } as const

async function goOn(world: World, relocation: Relocation, signal: AbortSignal) {
  const pause = async () => {
    tell(world)
    await delay(phaseMs, undefined, { signal, ref: false })
    if (relocation.finishedAt) throw new Error('It was cancelled')
  }
  await pause()
  relocation.state = 'running'
  for (const [index, step] of relocation.steps.entries()) {
    relocation.words = `${index} of ${relocation.steps.length} moved`
    for (const words of phases) {
      begin(step, words)
      await pause()
    }
    Object.assign(step, { state: 'done', words: '1 instance moved', finishedAt: new Date().toISOString() })
  }
  endRelocation(world, relocation, 'succeeded')
}

function begin(step: RelocationStep, words: string) {
  Object.assign(step, { state: 'running', words, startedAt: step.startedAt ?? new Date().toISOString() })
}

export function endRelocation(world: World, relocation: Relocation, state: 'succeeded' | 'cancelled') {
  const words = state === 'cancelled' ? 'cancelled by you' : `${relocation.steps.length} moved`
  Object.assign(relocation, { state, words, finishedAt: new Date().toISOString() })
  for (const step of relocation.steps) if (step.state !== 'done') step.state = 'skipped'
  setAvailability(world, relocation.machine, state === 'succeeded' ? 'drained' : 'active')
  tell(world)
}

type Availability = World['machines'][number]['availability']

export function setAvailability(world: World, machine: string | null, availability: Availability) {
  const found = world.machines.find(({ name }) => name === machine)
  if (!found) return
  found.availability = availability
  if (availability === 'drained') found.instances = 0
  world.emit({ kind: 'machines', machines: world.machines })
}

const tell = (world: World) => world.emit({ kind: 'relocations', relocations: world.relocations })
