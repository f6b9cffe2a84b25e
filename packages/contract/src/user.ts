import { z } from 'zod'
import { defineEndpoint } from './endpoint.ts'
import { Role } from './project.ts'

export const Email = z.email('use an e-mail address such as ada@example.org').max(254).toLowerCase()

/** Length is what counts (NIST SP 800-63B); the upper bound keeps hashing cheap. */
export const Password = z.string().min(10, 'use at least 10 characters').max(256, 'use at most 256 characters')

export const User = z.strictObject({
  id: z.string(),
  email: z.string(),
  /** May do everything, everywhere. */
  isAdmin: z.boolean(),
  /** Cannot sign in, and all tokens rest, until an admin lets them in again. */
  isBlocked: z.boolean(),
  hasSecondFactor: z.boolean(),
  mustChangePassword: z.boolean(),
  projects: z.array(z.strictObject({ name: z.string(), role: Role })),
  lastSignInAt: z.iso.datetime().nullable(),
  createdAt: z.iso.datetime(),
})
export type User = z.infer<typeof User>

const oneUser = z.strictObject({ userId: z.string().max(64) })

export const listUsers = defineEndpoint({
  method: 'GET',
  path: '/v1/users',
  access: 'admin',
  on: 'platform',
  summary: 'Everyone who can sign in, by e-mail',
  result: z.array(User),
  errors: [],
})

export const changeUser = defineEndpoint({
  method: 'PATCH',
  path: '/v1/users/:userId',
  access: 'admin',
  on: 'platform',
  summary: 'Make someone an admin of the platform or not, block them or let them in again',
  params: oneUser,
  body: z.strictObject({ isAdmin: z.boolean().optional(), isBlocked: z.boolean().optional() }),
  result: User,
  errors: ['user_not_found', 'last_admin'],
})

export const resetPassword = defineEndpoint({
  method: 'POST',
  path: '/v1/users/:userId/reset-password',
  access: 'admin',
  on: 'platform',
  summary: 'Give someone a one-time password, end their sessions and take their second factor away',
  params: oneUser,
  result: z.strictObject({ password: z.string() }),
  errors: ['user_not_found'],
})

export const removeUser = defineEndpoint({
  method: 'DELETE',
  path: '/v1/users/:userId',
  access: 'admin',
  on: 'platform',
  summary: 'Remove someone with their sessions, tokens and roles',
  params: oneUser,
  result: z.strictObject({ removed: z.literal(true) }),
  errors: ['user_not_found', 'last_admin'],
})
