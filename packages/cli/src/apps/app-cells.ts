import type { App, AppState, Deployment, InstanceState, Machine } from '@berth/contract'
import { relativeTime } from '../terminal/relative-time.ts'
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

/** When an app was deployed last, and how that ended where it did not end well. */
export function deploymentCell(last: App['lastDeployment'], nowMs: number, colors: Colors): Cell {
  if (!last) return 'never'
  if (last.state === 'pending' || last.state === 'running') {
    return { text: last.stage ? `now (${last.stage})` : 'now', paint: colors.cyan }
  }
  const at = relativeTime(last.finishedAt ?? last.createdAt, nowMs)
  if (last.state === 'succeeded') return at
  return { text: `${last.state} ${at}`, paint: last.state === 'failed' ? colors.red : colors.yellow }
}
