import type { App, Endpoint } from '@berth/contract'
import { may } from '#api/me.ts'
import { useMe } from '#live/use-live.ts'

/** Why the reader may not change this app; undefined where they may. */
export function useDeployRefusal(project: string | undefined): string | undefined {
  const me = useMe()
  if (project === undefined || may(me, 'deploy', project)) return undefined
  return `You may look at apps of the project ${project} but not change them. An admin of the project can make you a developer.`
}

/** Whether an endpoint of an app would answer, so that it is not asked in vain. */
export function useMayCall({ access }: Pick<Endpoint, 'access'>, { project }: Pick<App, 'project'>): boolean {
  const me = useMe()
  return may(me, access === 'deploy' || access === 'admin' ? access : 'read', project)
}
