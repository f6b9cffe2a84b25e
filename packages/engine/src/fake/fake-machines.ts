import { setTimeout as delay } from 'node:timers/promises'
import { PlatformError } from '@berth/contract'
import type { Engine, ObservedMachine } from '../engine.ts'
import type { FakeWorld } from './fake-world.ts'

export type FakeSettings = { heartbeatMs: number; tokenRotations: number }

type Methods = Pick<
  Engine,
  | 'joinTokens'
  | 'rotateJoinTokens'
  | 'removeMachine'
  | 'setMachineRole'
  | 'setMachineAvailability'
  | 'openMachine'
  | 'closeMachine'
  | 'setMachineLabels'
  | 'setHeartbeat'
>

type Deps = { world: FakeWorld; guard(signal?: AbortSignal): void; settings: FakeSettings }

/** What can be done to machines in memory, refused as the real engine refuses it. */
export function fakeMachines({ world, guard, settings }: Deps): Methods {
  const find = (id: string) => world.machines.find((machine) => machine.id === id)

  function change(id: string, fromVersion: number, next: (machine: ObservedMachine) => Partial<ObservedMachine>) {
    const machine = find(id)
    if (!machine) throw new PlatformError('machine_not_found', 'This machine is no longer in the cluster')
    const changes = next(machine)
    if (machine.version !== fromVersion) throw new PlatformError('conflict', 'update out of sequence')
    const changed = { ...machine, ...changes, version: machine.version + 1 }
    world.setMachines(world.machines.map((each) => (each.id === id ? changed : each)))
    if (changed.availability === 'drain' && !changed.isOpened) world.retireOn(id)
  }

  function close(id: string) {
    const machine = find(id)
    if (machine?.isOpened) change(id, machine.version, () => ({ isOpened: false }))
  }

  return {
    async joinTokens(signal) {
      guard(signal)
      const managers = world.machines.filter(({ role, isReady }) => role === 'manager' && isReady)
      const { tokenRotations } = settings
      return {
        worker: `SWMTKN-worker-${tokenRotations}`,
        manager: `SWMTKN-manager-${tokenRotations}`,
        managerAddresses: managers.map(({ address }) => `${address}:2377`),
      }
    },
    async rotateJoinTokens(signal) {
      guard(signal)
      settings.tokenRotations += 1
    },
    async removeMachine(id, { force = false, signal } = {}) {
      guard(signal)
      const machine = find(id)
      if (!machine) return
      if (machine.role === 'manager') throw new PlatformError('engine_failed', `node ${id} is a cluster manager`)
      if (machine.isReady && !force) throw new PlatformError('engine_failed', `node ${id} is not down`)
      world.setMachines(world.machines.filter((each) => each.id !== id))
    },
    async setMachineRole(id, role, fromVersion, signal) {
      guard(signal)
      change(id, fromVersion, () => ({ role }))
    },
    async setMachineAvailability(id, { availability, cordonLabel }, fromVersion, signal) {
      guard(signal)
      change(id, fromVersion, (machine) => {
        if (machine.availability !== 'active' && machine.cordonLabel === null) {
          throw new PlatformError('conflict', `${machine.name} was taken out of service past Berth`)
        }
        return { availability, cordonLabel, isSchedulable: availability === 'active', isOpened: false }
      })
    },
    async openMachine(id, openMs, signal) {
      guard(signal)
      change(id, find(id)?.version ?? 0, (machine) => {
        if (machine.cordonLabel === null || machine.availability === 'active') {
          throw new PlatformError('conflict', `${machine.name} was not taken out of service by Berth`)
        }
        return { isOpened: true }
      })
      await delay(openMs, undefined, { signal }).finally(() => close(id))
    },
    async closeMachine(id, signal) {
      guard(signal)
      close(id)
    },
    async setMachineLabels(id, labels, fromVersion, signal) {
      guard(signal)
      change(id, fromVersion, () => ({ labels: { ...labels } }))
    },
    async setHeartbeat(heartbeatMs, signal) {
      guard(signal)
      settings.heartbeatMs = heartbeatMs
    },
  }
}
