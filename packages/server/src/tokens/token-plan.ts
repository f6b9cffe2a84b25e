import { PlatformError } from '@berth/contract'
import { type Caller, includes } from '../gate/caller.ts'
import { projectNotFound } from '../projects/project-not-found.ts'
import type { TokenAccess, TokenRow } from './token-row.ts'

/** Of the caller: itself, where a token asks. */
export type Asker = { caller: Caller; own: TokenRow | undefined }

/** Whether the caller sees this token and may remove it: their own, and a token only those that may do no more than it. */
export function isTheirs(token: TokenRow, { caller, own }: Asker): boolean {
  if (caller.isAdmin) return true
  if (caller.userId === null || token.ownerId !== caller.userId) return false
  return caller.kind === 'session' || (own !== undefined && isWithin(token, own))
}

const isWithin = (token: TokenRow, other: TokenRow) =>
  includes(other.access, token.access) && (other.project === null || other.project === token.project)

export type TokenRequest = { access: TokenAccess; project: string | null; expiresAtMs: number | null }

/** Throws `project_not_found` or `forbidden` for a token that would do more than who asks for it, or outlive it. */
export function checkTokenRequest({ access, project, expiresAtMs }: TokenRequest, { caller, own }: Asker): void {
  const most = project === null ? caller.access : caller.accessTo(project)
  if (project !== null && most === null) throw projectNotFound(project)
  if (own?.project && project !== own.project) throw boundTo(own.project)
  if (most === null || !includes(most, access)) throw tooMuch(caller, access, most)
  const end = own?.expiresAtMs ?? null
  if (end !== null && (expiresAtMs === null || expiresAtMs > end)) throw outlives(end)
}

const boundTo = (project: string) =>
  new PlatformError(
    'forbidden',
    `This token is good for project ${project} alone, and so is every token that it makes`,
    {
      hint: `Name the project ${project}, or sign in`,
    },
  )

const tooMuch = ({ name }: Caller, access: string, most: string | null) =>
  new PlatformError('forbidden', `A token may do no more than who makes it; ${name} has "${most}", not "${access}"`, {
    hint: `Make it with the access "${most}"`,
  })

const outlives = (endMs: number) =>
  new PlatformError(
    'forbidden',
    `A token cannot outlive the one that makes it, until ${new Date(endMs).toISOString()}`,
    {
      hint: 'Let it expire before, or sign in to make it',
    },
  )
