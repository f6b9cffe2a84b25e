import type { AppState, Deployment, InstanceState, Machine } from '@berth/contract'
import type { Cell, Paint } from '../terminal/table.ts'
import type { Colors } from '../terminal/terminal.ts'

type State = AppState | InstanceState | Deployment['state'] | Machine['state']

const stateColors: Partial<Record<State, 'green' | 'yellow' | 'red' | 'cyan' | 'dim'>> = {
  running: 'green',
  ready: 'green',
  succeeded: 'green',
  deploying: 'cyan',
  pending: 'cyan',
  starting: 'cyan',
  degraded: 'yellow',
  agent_missing: 'yellow',
  cancelled: 'yellow',
  down: 'red',
  failed: 'red',
  stopped: 'dim',
  stopping: 'dim',
  complete: 'dim',
  empty: 'dim',
}

/** The word stays, so that nothing is said by colour alone. */
export function stateCell(state: State, colors: Colors): Cell {
  const color = stateColors[state]
  const paint: Paint = color ? colors[color] : (text) => text
  return { text: state.replace('_', ' '), paint }
}

export const releaseCell = (version: number | null): string => (version ? `v${version}` : '-')
