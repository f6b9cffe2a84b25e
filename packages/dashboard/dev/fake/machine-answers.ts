import {
  changeMachineRole,
  createJoinToken,
  forecastMachineRole,
  formatJoinToken,
  getMachine,
  listMachines,
  type MachineRole,
  mostTries,
  PlatformError,
  type RoleForecast,
  removeMachine,
  tryMachineReachability,
} from '@berth/contract'
import { type Answer, answer, notFound } from './answer.ts'
import type { World } from './world.ts'

const hourMs = 3_600_000

export const machineAnswers: Answer[] = [
  answer(listMachines, (_, { world }) => world.machines),
  answer(getMachine, ({ params }, { world }) => findMachine(world, params.machine)),
  answer(forecastMachineRole, ({ params, query }, { world }) => forecast(world, params.machine, query.role)),
  answer(changeMachineRole, ({ params, body }, { world }) => {
    const { refusal } = forecast(world, params.machine, body.role)
    if (refusal !== null) throw new PlatformError('quorum_at_risk', refusal)
    const machine = Object.assign(findMachine(world, params.machine), { role: body.role })
    world.emit({ kind: 'machines', machines: world.machines })
    return machine
  }),
  answer(removeMachine, ({ params, query }, { world }) => {
    const { name, instances } = findMachine(world, params.machine)
    if (instances > 0 && !query.force) {
      const hint = `Move them off first: berth machines drain ${name}`
      throw new PlatformError('machine_not_empty', `${instances} instances run on ${name}`, { hint })
    }
    world.machines = world.machines.filter((machine) => machine.name !== name)
    world.emit({ kind: 'machines', machines: world.machines })
    return { removed: true as const }
  }),
  answer(tryMachineReachability, ({ params }, { world }) => {
    const { name } = findMachine(world, params.machine)
    const others = world.machines.filter((machine) => machine.name !== name && machine.state === 'ready')
    const tries = others.slice(0, mostTries).map(({ name: machine }) => ({ machine, troubles: [], isOthersOwn: false }))
    return { machine: name, isReached: true, others: others.length, tries }
  }),
  answer(createJoinToken, ({ body: { machine, role, expiresInMinutes } }) => ({
    token: formatJoinToken({ machine, servers: ['10.0.0.17:7443'], caSha256: 'ab'.repeat(32), secret: 'fake' }),
    machine,
    role,
    expiresAt: new Date(Date.now() + (expiresInMinutes / 60) * hourMs).toISOString(),
  })),
]

export function findMachine({ machines }: World, name: string) {
  const found = machines.find((machine) => machine.name === name)
  if (!found) throw notFound('machine_not_found', `There is no machine ${name}`)
  return found
}

function forecast(world: World, name: string, to: MachineRole): RoleForecast {
  const { role: from } = findMachine(world, name)
  const managersNow = world.machines.filter(({ role }) => role === 'manager').length
  const managersAfter = managersNow + (from === to ? 0 : to === 'manager' ? 1 : -1)
  return {
    ...{ machine: name, from, to, managersNow, managersAfter, warnings: [] },
    mayFailNow: Math.floor((managersNow - 1) / 2),
    mayFailAfter: Math.floor(Math.max(0, managersAfter - 1) / 2),
    refusal: managersAfter === 0 ? `${name} is the only manager: make another machine one first` : null,
  }
}
