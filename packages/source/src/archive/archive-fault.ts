import { PlatformError } from '@berth/contract'

const againHint = 'Make the archive again from the folder, or deploy the folder itself'

/** One entry cannot be accepted; the message names it, made harmless to print. */
export const entryFault = (name: string, words: string, hint = againHint): PlatformError =>
  new PlatformError('archive_invalid', `The archive holds ${quoteName(name)}, ${words}`, { hint })

export const archiveFault = (words: string, options: { hint?: string; cause?: unknown } = {}): PlatformError =>
  new PlatformError('archive_invalid', words, { hint: againHint, ...options })

/** What a library says of an archive that it cannot read. Errors of this machine, such as a full disk, stay what they are. */
export function asArchiveFault(cause: unknown): unknown {
  if (cause instanceof PlatformError || !(cause instanceof Error) || 'syscall' in cause) return cause
  return archiveFault(`The archive is broken or was cut off: ${cause.message}`, { cause })
}

const longestShown = 120

function quoteName(name: string): string {
  const shown = name.length > longestShown ? `${name.slice(0, longestShown)}...` : name
  return JSON.stringify(shown).replace(/[\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '?')
}
