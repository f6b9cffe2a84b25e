import type { ActivityEvent, App, AppFigures, Deployment, Instance, Machine, Relocation } from '@berth/contract'
import { useEffect, useSyncExternalStore } from 'react'
import { live } from './live.ts'
import { figuresOf } from './live-state.ts'
import type { LiveStatus, Series } from './live-store.ts'

export { useMe } from '#api/me.ts'

/** By name; undefined before the first snapshot. */
export const useApps = (): readonly App[] | undefined => useLive(() => live.getState().apps)

/** Undefined before the first snapshot, and where there is no such app (or none that the reader may know of). */
export const useApp = (name: string): App | undefined => useLive(() => findApp(live.getState().apps, name))

export const useMachines = (): readonly Machine[] | undefined => useLive(() => live.getState().machines)

/** Drains and rebalances, newest first; none for whoever is no admin of the platform. */
export const useRelocations = (): readonly Relocation[] => useLive(() => live.getState().relocations)

/** Undefined until the server told. The stream follows this app more closely while the component is there. */
export function useInstances(app: string): readonly Instance[] | undefined {
  useFocus(app)
  return useLive(() => ifFocused(app)?.instances)
}

/** The newest deployment of an app, step by step; undefined where there is none or it is not known yet. */
export function useDeployment(app: string): Deployment | undefined {
  useFocus(app)
  return useLive(() => ifFocused(app)?.deployments[0])
}

/** What was measured last; null in it where nobody measured. */
export const useFigures = (app: string): AppFigures | undefined =>
  useLive(() => figuresOf(live.getState().figures, app))

/** What was measured in the last minutes; the same object until a point is added. */
export const useSeries = (app: string): Series | undefined => useLive(() => live.getSeries(app))

/** What happened since the page was opened, newest first. */
export const useRecentActivity = (): readonly ActivityEvent[] => useLive(() => live.getState().activity)

/** Whether what is shown is right at this moment. */
export const useLiveStatus = (): LiveStatus => useLive(live.getStatus)

const useLive = <Value>(read: () => Value): Value => useSyncExternalStore(live.subscribe, read)

function useFocus(app: string) {
  useEffect(() => live.focus(app), [app])
}

function ifFocused(app: string) {
  const state = live.getState()
  return state.focus === app ? state : undefined
}

const indexes = new WeakMap<readonly App[], Map<string, App>>()

function findApp(apps: readonly App[] | undefined, name: string): App | undefined {
  if (!apps) return undefined
  let index = indexes.get(apps)
  if (!index) {
    index = new Map(apps.map((app) => [app.name, app]))
    indexes.set(apps, index)
  }
  return index.get(name)
}
