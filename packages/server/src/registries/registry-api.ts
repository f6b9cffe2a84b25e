import {
  addRegistry,
  listRegistries,
  listUsableRegistries,
  type Registry,
  removeRegistry,
  testRegistry,
} from '@berth/contract'
import type { Engine } from '@berth/engine'
import type { ActivityStore } from '../activity/activity-store.ts'
import { handle } from '../http/endpoint-handler.ts'
import { projectNotFound } from '../projects/project-not-found.ts'
import type { ProjectStore } from '../projects/project-store.ts'
import type { RegistryRow, RegistryStore } from './registry-store.ts'

type Deps = {
  registries: RegistryStore
  projects: Pick<ProjectStore, 'find'>
  engine: Pick<Engine, 'signInToRegistry'>
  activity: Pick<ActivityStore, 'add'>
}

export const registryApi = ({ registries, projects, engine, activity }: Deps) => [
  handle(listRegistries, async () => (await registries.list()).map(viewRegistry)),

  handle(listUsableRegistries, async ({ params: { project } }) => {
    // To an admin of the platform the gate opens every name.
    if (!(await projects.find(project))) throw projectNotFound(project)
    return (await registries.listFor(project)).map(({ host, username }) => ({ host, username }))
  }),

  handle(addRegistry, async ({ body: { project, ...credentials }, caller, signal }) => {
    // Before they are stored: what does not work now would only be found out by the next deployment.
    await engine.signInToRegistry(credentials, signal)
    const row = await registries.save({ ...credentials, project, createdBy: caller.name })
    await activity.add({ actor: caller.name, kind: 'registry_added', project, detail: describeRegistry(row) })
    return viewRegistry(row)
  }),

  handle(testRegistry, async ({ params, signal }) => {
    await engine.signInToRegistry(await registries.credentialsOf(params.registryId), signal)
    return { works: true as const }
  }),

  handle(removeRegistry, async ({ params, caller }) => {
    const row = await registries.get(params.registryId)
    await registries.remove(row.id)
    const { project } = row
    await activity.add({ actor: caller.name, kind: 'registry_removed', project, detail: describeRegistry(row) })
    return { removed: true as const }
  }),
]

const describeRegistry = ({ host, username }: RegistryRow) => `${username} at ${host}`

const viewRegistry = ({ createdAtMs, ...row }: RegistryRow): Registry => ({
  ...row,
  createdAt: new Date(createdAtMs).toISOString(),
})
