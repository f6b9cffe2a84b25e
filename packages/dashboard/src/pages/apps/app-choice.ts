import { type App, type AppState, appStates } from '@berth/contract'

/** What is chosen of all apps; in the address, so that it can be kept and sent to somebody. */
export type AppChoice = {
  text: string
  state: AppState | 'attention' | undefined
  project: string | undefined
  sort: AppSort
}

export const appSorts = ['name', 'state', 'deployed', 'project'] as const
export type AppSort = (typeof appSorts)[number]

export const readChoice = ({ q, state, project, sort }: Record<string, string | undefined>): AppChoice => ({
  text: q ?? '',
  state: [...appStates, 'attention' as const].find((known) => known === state),
  project: project || undefined,
  sort: appSorts.find((known) => known === sort) ?? 'name',
})

/** Down, degraded, or with a last deployment that failed. */
export const needsAttention = ({ state, lastDeployment }: App): boolean =>
  state === 'down' || state === 'degraded' || lastDeployment?.state === 'failed'

/** Every word must be somewhere in the name, project, URL, image or reason. */
export function chooseApps(apps: readonly App[], { text, state, project }: AppChoice): App[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  return apps.filter((app) => {
    if (project !== undefined && app.project !== project) return false
    if (state === 'attention' ? !needsAttention(app) : state !== undefined && app.state !== state) return false
    const searched = [app.name, app.project, app.url, app.image, app.reason].join('\n').toLowerCase()
    return words.every((word) => searched.includes(word))
  })
}

/** The worst first. */
const stateOrder: readonly AppState[] = ['down', 'degraded', 'deploying', 'empty', 'running', 'stopped']

export function sortApps(apps: readonly App[], sort: AppSort): App[] {
  const rankOf = ({ state }: App) => stateOrder.indexOf(state)
  const deployedAt = ({ lastDeployment, createdAt }: App) => lastDeployment?.createdAt ?? createdAt
  const byName = (one: App, other: App) => compare(one.name, other.name)
  const orders: Record<AppSort, (one: App, other: App) => number> = {
    name: byName,
    state: (one, other) => rankOf(one) - rankOf(other) || byName(one, other),
    deployed: (one, other) => compare(deployedAt(other), deployedAt(one)) || byName(one, other),
    project: (one, other) => compare(one.project, other.project) || byName(one, other),
  }
  return [...apps].sort(orders[sort])
}

const compare = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0)

/**
 * The order to show while somebody points at a row: what stood there stays there. What is new comes last, what is gone
 * leaves; the wanted order returns once nobody points any more.
 */
export function holdOrder(shown: readonly string[], wanted: readonly App[]): App[] {
  const byName = new Map(wanted.map((app) => [app.name, app]))
  const kept = shown.flatMap((name) => byName.get(name) ?? [])
  const known = new Set(shown)
  return [...kept, ...wanted.filter(({ name }) => !known.has(name))]
}
