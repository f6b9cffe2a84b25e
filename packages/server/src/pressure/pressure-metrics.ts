import type { ObservedMachine } from '@berth/engine'
import { Counter, Gauge, type Registry } from 'prom-client'
import type { MachineMemory } from './pressure-memory.ts'

export type PressureMetrics = ReturnType<typeof pressureMetrics>

export function pressureMetrics(registry: Registry) {
  const changes = new Counter({
    name: 'berth_pressure_changes_total',
    help: 'Machines that were cordoned for pressure, or released from that',
    labelNames: ['kind'] as const,
    registers: [registry],
  })
  const severity = new Gauge({
    name: 'berth_machine_pressure',
    help: 'How near a machine is to what it is shortest of; 1 is the limit',
    labelNames: ['machine'] as const,
    registers: [registry],
  })
  const heldBack = new Gauge({
    name: 'berth_machines_pressed_not_cordoned',
    help: 'Machines under pressure that go on taking instances because enough others are cordoned or the server needs them',
    registers: [registry],
  })

  function show(
    machines: readonly ObservedMachine[],
    memories: ReadonlyMap<string, MachineMemory>,
    heldBackCount: number,
  ) {
    severity.reset() // So that a machine that is gone does not stay.
    for (const { id, name } of machines) {
      const worst = memories.get(id)?.worst
      if (worst) severity.set({ machine: name }, worst.severity)
    }
    heldBack.set(heldBackCount)
  }

  return { changes, show }
}
