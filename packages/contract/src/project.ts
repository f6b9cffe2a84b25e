import { z } from 'zod'
import { defineEndpoint } from './endpoint.ts'
import { ProjectName } from './names.ts'

/** `reader` sees everything but secrets, `developer` deploys and sees secrets, `admin` also says who is a member. */
export const roles = ['reader', 'developer', 'admin'] as const
export const Role = z.enum(roles)
export type Role = z.infer<typeof Role>

export const Project = z.strictObject({
  name: z.string(),
  /** The caller's own. */
  role: Role,
  apps: z.int(),
  members: z.int(),
  createdAt: z.iso.datetime(),
})
export type Project = z.infer<typeof Project>

const oneProject = z.strictObject({ project: ProjectName })

export const listProjects = defineEndpoint({
  method: 'GET',
  path: '/v1/projects',
  access: 'read',
  on: 'visible',
  summary: 'The projects that the caller has a role in, by name',
  result: z.array(Project),
  errors: [],
})

export const createProject = defineEndpoint({
  method: 'POST',
  path: '/v1/projects',
  access: 'admin',
  on: 'platform',
  summary: 'Create a project',
  body: z.strictObject({ name: ProjectName }),
  result: Project,
  errors: ['project_exists'],
})

export const removeProject = defineEndpoint({
  method: 'DELETE',
  path: '/v1/projects/:project',
  access: 'admin',
  on: 'platform',
  summary: 'Remove a project that has no apps',
  params: oneProject,
  result: z.strictObject({ removed: z.literal(true) }),
  errors: ['project_not_found', 'project_not_empty'],
})

export const Member = z.strictObject({
  userId: z.string(),
  email: z.string(),
  role: Role,
  /** An admin of the platform is an admin of every project, member or not. */
  isPlatformAdmin: z.boolean(),
  since: z.iso.datetime(),
})
export type Member = z.infer<typeof Member>

export const listMembers = defineEndpoint({
  method: 'GET',
  path: '/v1/projects/:project/members',
  access: 'read',
  on: 'project',
  summary: 'Who has which role in a project, by e-mail',
  params: oneProject,
  result: z.array(Member),
  errors: ['project_not_found'],
})

const oneMember = z.strictObject({ project: ProjectName, userId: z.string().max(64) })

export const setMember = defineEndpoint({
  method: 'PUT',
  path: '/v1/projects/:project/members/:userId',
  access: 'admin',
  on: 'project',
  summary: 'Change the role of a member; a platform admin can also make someone a member',
  params: oneMember,
  body: z.strictObject({ role: Role }),
  result: Member,
  errors: ['project_not_found', 'user_not_found'],
})

export const removeMember = defineEndpoint({
  method: 'DELETE',
  path: '/v1/projects/:project/members/:userId',
  access: 'admin',
  on: 'project',
  summary: 'Take a role away',
  params: oneMember,
  result: z.strictObject({ removed: z.literal(true) }),
  errors: ['project_not_found', 'user_not_found'],
})
