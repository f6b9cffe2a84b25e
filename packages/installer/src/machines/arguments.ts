import { parseArgs } from 'node:util'
import { PlatformError, parseCpuMillis, parseMemoryBytes } from '@berth/contract'

type Kinds = Readonly<Record<string, 'boolean' | 'string'>>
type Values<Options extends Kinds> = {
  [Name in keyof Options]: Options[Name] extends 'boolean' ? boolean : string | undefined
}

export function readArguments<Options extends Kinds>(
  argv: readonly string[],
  kinds: Options,
  usage: string,
): { words: string[]; options: Values<Options> } {
  const options = Object.fromEntries(Object.entries(kinds).map(([name, type]) => [name, { type }]))
  try {
    const { values, positionals } = parseArgs({ args: [...argv], options, strict: true, allowPositionals: true })
    const missing = Object.fromEntries(
      Object.entries(kinds).map(([name, type]) => [name, type === 'boolean' ? false : undefined]),
    )
    return { words: positionals, options: { ...missing, ...values } as Values<Options> }
  } catch (cause) {
    throw new PlatformError('invalid_request', (cause as Error).message, { hint: usage, cause })
  }
}

export function oneWord(words: readonly string[], what: string, usage: string): string {
  const [word, ...others] = words
  if (word && others.length === 0) return word
  throw new PlatformError(
    'invalid_request',
    `${what} is needed, and there ${words.length === 0 ? 'is none' : `are ${words.length}`}`,
    { hint: usage },
  )
}

export const readMemory = (text: string | undefined) =>
  readAmount(text, parseMemoryBytes, { option: '--memory', example: '2G' })

export const readCpus = (text: string | undefined) =>
  readAmount(text, parseCpuMillis, { option: '--cpus', example: '1.5' })

export const readCount = (text: string | undefined) =>
  readAmount(text, (it) => (/^\d{1,3}$/.test(it) ? Number(it) : undefined), { option: '--count', example: '2' })

export const readPort = (text: string | undefined) => {
  const parse = (it: string) => (/^\d{1,5}$/.test(it) && Number(it) <= 65_535 ? Number(it) : undefined)
  return readAmount(text, parse, { option: '--port', example: '22' })
}

function readAmount(
  text: string | undefined,
  parse: (text: string) => number | undefined,
  { option, example }: { option: string; example: string },
): number | undefined {
  if (text === undefined) return undefined
  const amount = parse(text)
  if (amount) return amount
  throw new PlatformError(
    'invalid_request',
    `${option}: "${text}" is not understood; write it as in ${option} ${example}`,
  )
}
