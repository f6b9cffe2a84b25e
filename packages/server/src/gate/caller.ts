import { type Access, accessLevels } from '@berth/contract'

/** Who asks, and how much they may do. */
export type Caller = { readonly name: string; readonly access: Access }

export const nobody: Caller = { name: 'nobody', access: 'anyone' }

/** Each level includes the ones before it. */
export const may = (caller: Caller, needed: Access): boolean =>
  accessLevels.indexOf(caller.access) >= accessLevels.indexOf(needed)
