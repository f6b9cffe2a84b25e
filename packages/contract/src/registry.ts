import { z } from 'zod'
import { defineEndpoint } from './endpoint.ts'
import { ProjectName } from './names.ts'

/** Of a registry outside: a host name, with a port where it is not 443. `docker.io` is Docker Hub. */
export const RegistryHost = z
  .string()
  .max(255)
  .regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?$/, 'use a host such as ghcr.io or registry.example.org:5000')

/** What a registry asks for, to be given to an engine for one call and kept nowhere but in the database, sealed. */
export const RegistryCredentials = z.strictObject({
  host: RegistryHost,
  username: z.string().min(1).max(1_000),
  password: z.string().min(1).max(20_000),
})
export type RegistryCredentials = z.infer<typeof RegistryCredentials>

export const Registry = z.strictObject({
  id: z.string(),
  host: z.string(),
  username: z.string(),
  /** Whose apps may use it; null for those of every project. */
  project: z.string().nullable(),
  createdBy: z.string(),
  createdAt: z.iso.datetime(),
})
export type Registry = z.infer<typeof Registry>

export const listRegistries = defineEndpoint({
  method: 'GET',
  path: '/v1/registries',
  access: 'admin',
  on: 'platform',
  summary: 'Registries outside with stored credentials, by host; the passwords are never told',
  result: z.array(Registry),
  errors: [],
})

/** What somebody who builds needs to know of one, which is less than what there is to keep it by. */
export const UsableRegistry = z.strictObject({ host: z.string(), username: z.string() })
export type UsableRegistry = z.infer<typeof UsableRegistry>

export const listUsableRegistries = defineEndpoint({
  method: 'GET',
  path: '/v1/projects/:project/registries',
  access: 'deploy',
  on: 'project',
  summary: 'Registries outside that builds of a project can pull from and push to with stored credentials, by host',
  params: z.strictObject({ project: ProjectName }),
  result: z.array(UsableRegistry),
  errors: ['project_not_found'],
})

const errors = ['registry_refused', 'registry_unreachable', 'engine_unavailable'] as const

export const addRegistry = defineEndpoint({
  method: 'POST',
  path: '/v1/registries',
  access: 'admin',
  on: 'platform',
  summary: 'Store credentials for a registry, after a try; in the place of those that there are',
  body: z.strictObject({ ...RegistryCredentials.shape, project: ProjectName.nullable().default(null) }),
  result: Registry,
  errors: ['project_not_found', ...errors],
})

const oneRegistry = z.strictObject({ registryId: z.string().max(64) })

export const testRegistry = defineEndpoint({
  method: 'POST',
  path: '/v1/registries/:registryId/test',
  access: 'admin',
  on: 'platform',
  summary: 'Try whether the stored credentials still work',
  params: oneRegistry,
  result: z.strictObject({ works: z.literal(true) }),
  errors: ['registry_not_found', ...errors],
})

export const removeRegistry = defineEndpoint({
  method: 'DELETE',
  path: '/v1/registries/:registryId',
  access: 'admin',
  on: 'platform',
  summary: 'Forget credentials',
  params: oneRegistry,
  result: z.strictObject({ removed: z.literal(true) }),
  errors: ['registry_not_found'],
})
