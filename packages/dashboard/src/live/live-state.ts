import type {
  ActivityEvent,
  App,
  AppFigures,
  Deployment,
  Instance,
  LiveEvent,
  Machine,
  Relocation,
} from '@berth/contract'
import { keepEqual } from './keep-equal.ts'

/** What the pages show, as the server last said it. */
export type LiveState = {
  /** By name; undefined before the first snapshot. */
  readonly apps: readonly App[] | undefined
  readonly machines: readonly Machine[] | undefined
  /** Drains and rebalances, newest first; empty for whoever is no admin of the platform. */
  readonly relocations: readonly Relocation[]
  /** The app that the two below belong to, once they are known. */
  readonly focus: string | undefined
  readonly instances: readonly Instance[]
  /** Newest first. */
  readonly deployments: readonly Deployment[]
  readonly figures: Readonly<Record<string, AppFigures>>
  /** What happened since the page was opened, newest first. */
  readonly activity: readonly ActivityEvent[]
}

export const nothingKnown: LiveState = {
  apps: undefined,
  machines: undefined,
  relocations: [],
  focus: undefined,
  instances: [],
  deployments: [],
  figures: {},
  activity: [],
}

// A page may be open for weeks.
const mostActivity = 100
const mostDeployments = 20

/**
 * The state after an event. Whatever the event did not change keeps its identity, so that only what shows it is drawn
 * again. `focus`: the app that the stream was asked for.
 */
export function applyLiveEvent(state: LiveState, event: LiveEvent, focus: string | undefined): LiveState {
  switch (event.kind) {
    case 'snapshot':
      return {
        ...state,
        apps: keepEqual(state.apps, event.apps.toSorted(byName)),
        machines: keepEqual(state.machines, event.machines.toSorted(byName)),
        relocations: keepEqual(state.relocations, event.relocations),
        focus,
        instances: keepEqual(state.instances, event.instances),
        deployments: keepEqual(state.deployments, newestFirst(event.deployments)),
        figures: keepKnown(state.figures, event.apps),
      }
    case 'app':
      return { ...state, apps: putApp(state.apps ?? [], event.app) }
    case 'app_removed':
      return removeApp(state, event.name)
    case 'machines':
      return { ...state, machines: keepEqual(state.machines, event.machines.toSorted(byName)) }
    case 'relocations':
      return { ...state, relocations: keepEqual(state.relocations, event.relocations) }
    case 'instances':
      return { ...state, instances: keepEqual(state.instances, event.instances) }
    case 'deployment':
      return { ...state, deployments: putDeployment(state.deployments, event.deployment) }
    case 'activity':
      return { ...state, activity: [event.event, ...state.activity].slice(0, mostActivity) }
    case 'figures':
      return { ...state, figures: keepEqual(state.figures, event.apps) }
  }
}

/** An app may be called like something that every object has. */
export const figuresOf = (figures: LiveState['figures'], app: string): AppFigures | undefined =>
  Object.hasOwn(figures, app) ? figures[app] : undefined

function putApp(apps: readonly App[], app: App): readonly App[] {
  const at = apps.findIndex(({ name }) => name === app.name)
  return at < 0 ? [...apps, app].sort(byName) : apps.with(at, keepEqual(apps[at], app))
}

function removeApp(state: LiveState, name: string): LiveState {
  const { [name]: _, ...figures } = state.figures
  const rest = { ...state, apps: state.apps?.filter((app) => app.name !== name), figures }
  return state.focus === name ? { ...rest, instances: [], deployments: [] } : rest
}

function putDeployment(deployments: readonly Deployment[], deployment: Deployment): readonly Deployment[] {
  const at = deployments.findIndex(({ id }) => id === deployment.id)
  if (at >= 0) return deployments.with(at, keepEqual(deployments[at], deployment))
  return newestFirst([deployment, ...deployments]).slice(0, mostDeployments)
}

function keepKnown(figures: LiveState['figures'], apps: readonly App[]): LiveState['figures'] {
  const known = new Set(apps.map(({ name }) => name))
  return Object.fromEntries(Object.entries(figures).filter(([name]) => known.has(name)))
}

const byName = (one: { name: string }, other: { name: string }) =>
  one.name < other.name ? -1 : Number(one.name > other.name)

const newestFirst = (deployments: readonly Deployment[]): readonly Deployment[] =>
  deployments.toSorted((one, other) => Date.parse(other.createdAt) - Date.parse(one.createdAt))
