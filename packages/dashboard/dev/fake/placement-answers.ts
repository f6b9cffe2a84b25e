import {
  anywhere,
  cordonMachine,
  explainPlacement,
  type Instance,
  labelMachine,
  type MachineChoice,
  type Reservations,
} from '@berth/contract'
import { type Answer, answer } from './answer.ts'
import { getSample } from './app-answers.ts'
import { findMachine } from './machine-answers.ts'
import type { World } from './world.ts'

export const placementAnswers: Answer[] = [
  answer(cordonMachine, ({ params, body }, { world }) =>
    change(world, params.machine, {
      availability: body.isCordoned ? 'cordoned' : 'active',
      cordonReason: body.isCordoned ? 'person' : null,
    }),
  ),
  answer(labelMachine, ({ params, body }, { world }) => {
    const labels = { ...findMachine(world, params.machine).labels, ...body.labels }
    const kept = Object.entries(labels).filter((entry): entry is [string, string] => entry[1] !== null)
    return change(world, params.machine, { labels: Object.fromEntries(kept) })
  }),
  answer(explainPlacement, ({ params }, { world }) => {
    const { app, instances } = getSample(world, params.app)
    const service = {
      service: 'web',
      releaseVersion: app.releaseVersion ?? 1,
      replicas: app.replicas,
      placement: anywhere,
      reservations: sampleReservations,
      instances: instances.map(({ id, machine, state, reason }) => ({ id, machine, state, reason })),
      machines: world.machines.map((machine, index) => choiceOf(machine, index, instances)),
      notes: [],
    }
    return { app: app.name, services: [service] }
  }),
]

const sampleReservations: Reservations = {
  cpuMillis: 150,
  cpuSource: 'observed',
  memoryBytes: 96 * 1024 ** 2,
  memorySource: 'observed',
  observed: { cpuMillisP95: 142, memoryBytesP95: 84 * 1024 ** 2, sampleCount: 5_400, outOfMemoryKills: 0 },
  cappedBy: null,
}

function choiceOf(machine: World['machines'][number], index: number, instances: readonly Instance[]): MachineChoice {
  const own = instances.filter((instance) => instance.machine === machine.name).length
  const obstacles = [
    ...(machine.state === 'down' ? ['is down'] : []),
    ...(machine.availability === 'active' ? [] : ['takes no new instances']),
  ]
  const verdict = obstacles.length > 0 ? 'excluded' : index % 3 === 2 ? 'next' : 'possible'
  const reason =
    verdict === 'next'
      ? 'has the fewest instances of the service'
      : `has ${own} of the service, another machine has fewer`
  return {
    machine: machine.name,
    verdict,
    reasons: obstacles.length > 0 ? obstacles : [reason],
    instances: own,
    freeCpuMillis: machine.cpuMillis - machine.reserved.cpuMillis,
    freeMemoryBytes: machine.memoryBytes - machine.reserved.memoryBytes,
  }
}

function change(world: World, name: string, changes: Partial<World['machines'][number]>) {
  const machine = Object.assign(findMachine(world, name), changes)
  world.emit({ kind: 'machines', machines: world.machines })
  return machine
}
