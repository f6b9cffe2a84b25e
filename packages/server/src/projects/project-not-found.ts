import { PlatformError } from '@berth/contract'

/** The same for a project that does not exist and for one that the caller may not know of. */
export const projectNotFound = (name: string, cause?: unknown) =>
  new PlatformError('project_not_found', `There is no project ${name}`, {
    hint: '`berth projects` lists those that you have a role in',
    cause,
  })
