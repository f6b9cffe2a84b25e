import type { Access } from '@berth/contract'
import { type Caller, nobody } from './caller.ts'

/** Someone with the same access to every project, or to those alone that are named. */
export const testCaller = (name: string, access: Access, projects?: readonly string[]): Caller => ({
  ...nobody,
  ...{ name, access, kind: 'token' },
  isAdmin: access === 'admin' && projects === undefined,
  accessTo: (project) => (projects === undefined || projects.includes(project) ? access : null),
})
