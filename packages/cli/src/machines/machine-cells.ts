import type { Machine } from '@berth/contract'
import { stateCell } from '../apps/app-cells.ts'
import type { Cell } from '../terminal/table.ts'
import type { Colors } from '../terminal/terminal.ts'

type Taking = Pick<Machine, 'state' | 'availability' | 'cordonReason'>

/** "ready", or with what keeps it from taking new instances: "ready, cordoned (pressure)". */
export function machineStateCell(machine: Taking, colors: Colors): Cell {
  const { state, availability } = machine
  if (availability === 'active') return stateCell(state, colors)
  const paint = state === 'down' ? colors.red : colors.yellow
  return { text: `${state.replace('_', ' ')}, ${describeAvailability(machine)}`, paint }
}

export function describeAvailability({ availability, cordonReason }: Omit<Taking, 'state'>): string {
  return cordonReason === 'pressure' ? `${availability} (pressure)` : availability
}

export const describeLabels = (labels: Machine['labels']): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .toSorted()
    .join(' ') || '-'
