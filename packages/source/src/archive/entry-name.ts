import { entryFault } from './archive-fault.ts'

const longestSegmentBytes = 255
const longestPathBytes = 1024

/** The path that a name in an archive means, relative to the archive; empty for its root. Refuses what means anything else. */
export function readEntryName(name: string): string {
  const fault = findNameFault(name)
  if (fault) throw entryFault(name, fault)
  const segments = name.split('/').filter((segment) => segment !== '' && segment !== '.')
  if (segments.includes('..')) throw entryFault(name, 'which leads out of it')
  const longest = segments.find((segment) => Buffer.byteLength(segment) > longestSegmentBytes)
  if (longest) throw entryFault(name, `a name of more than ${longestSegmentBytes} bytes`)
  return segments.join('/')
}

/** Why a path cannot be handled safely everywhere: words that follow its name. */
export function findNameFault(name: string): string | undefined {
  if (name === '') return 'an entry without a name'
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(name)) return 'whose name has control characters'
  if (name.includes('\ufffd')) return 'whose name is not in UTF-8'
  if (name.includes('\\')) return 'whose name has a backslash, which means a folder to some systems and not to others'
  if (name.startsWith('/') || /^[a-z]:/i.test(name)) return 'an absolute path'
  if (Buffer.byteLength(name) > longestPathBytes) return `a path of more than ${longestPathBytes} bytes`
  return undefined
}
