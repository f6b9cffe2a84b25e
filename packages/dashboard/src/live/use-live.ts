import type { App, AppFigures, Deployment, Instance, Machine, Me } from '@berth/contract'
import type { LiveStatus, Series } from './live-store.ts'

// The signatures that pages build on.
/** Undefined before the first snapshot. */
export const useApps = (): readonly App[] | undefined => undefined
export const useApp = (_name: string): App | undefined => undefined
export const useMachines = (): readonly Machine[] | undefined => undefined
/** Follows this app more closely while the component is there. */
export const useInstances = (_app: string): readonly Instance[] | undefined => undefined
/** Its newest deployment, step by step. */
export const useDeployment = (_app: string): Deployment | undefined => undefined
export const useFigures = (_app: string): AppFigures | undefined => undefined
export const useSeries = (_app: string): Series | undefined => undefined
export const useLiveStatus = (): LiveStatus => ({ state: 'connecting', sinceMs: Date.now() })
/** Who is signed in. */
export const useMe = (): Me => ({
  name: '',
  kind: 'user',
  email: null,
  access: 'self',
  isAdmin: false,
  mustChangePassword: false,
  hasSecondFactor: false,
  projects: [],
})
