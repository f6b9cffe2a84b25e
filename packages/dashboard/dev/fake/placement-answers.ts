import { anywhere, cordonMachine, explainPlacement, labelMachine, type MachineChoice } from '@berth/contract'
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
    const nothing = { cpuMillis: 0, cpuSource: 'none', memoryBytes: 0, memorySource: 'none' } as const
    const service = {
      service: 'web',
      releaseVersion: app.releaseVersion ?? 1,
      replicas: app.replicas,
      placement: anywhere,
      reservations: { ...nothing, observed: null, cappedBy: null },
      instances: instances.map(({ id, machine, state, reason }) => ({ id, machine, state, reason })),
      machines: world.machines.map((machine): MachineChoice => {
        const isOpen = machine.availability === 'active' && machine.state !== 'down'
        return {
          machine: machine.name,
          verdict: isOpen ? 'next' : 'excluded',
          reasons: [isOpen ? 'has the fewest instances' : 'takes no new instances'],
          instances: instances.filter((instance) => instance.machine === machine.name).length,
          freeCpuMillis: machine.cpuMillis,
          freeMemoryBytes: machine.memoryBytes,
        }
      }),
      notes: [],
    }
    return { app: app.name, services: [service] }
  }),
]

function change(world: World, name: string, changes: Partial<World['machines'][number]>) {
  const machine = Object.assign(findMachine(world, name), changes)
  world.emit({ kind: 'machines', machines: world.machines })
  return machine
}
