import { appNotFound } from '../deployments/insert-deployment.ts'
import type { Caller } from '../gate/caller.ts'

type Seer = Pick<Caller, 'accessTo'>

/** Those of the projects that the caller may read. */
export const listVisible = <Item extends { project: string }>(items: readonly Item[], caller: Seer): Item[] =>
  items.filter(({ project }) => caller.accessTo(project) !== null)

/** Throws `app_not_found` alike for what is not there and for what the caller may not know of. */
export async function getVisible<Item extends { project: string }>(
  apps: { get(name: string): Promise<Item> },
  name: string,
  caller: Seer,
): Promise<Item> {
  const app = await apps.get(name)
  if (caller.accessTo(app.project) === null) throw appNotFound(name)
  return app
}
