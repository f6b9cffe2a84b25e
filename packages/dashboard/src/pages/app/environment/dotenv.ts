import { EnvName, EnvValue } from '@berth/contract'

export type DotenvFault = { lineNumber: number; problem: string }
export type Dotenv = {
  /** In the order of the file; of a name that is there twice, the last value at the place of the first. */
  values: Map<string, string>
  /** Names that are there more than once. */
  repeated: string[]
  faults: DotenvFault[]
}

const blank = /^\s*(#.*)?$/
const assignment = /^\s*(?:export\s+)?([^\s=]+)\s*=[^\S\n]*/
const escapes: Record<string, string> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' }

/**
 * NAME=VALUE lines as shells and compose write them: comments, `export`, single, double and back quotes, quoted values over
 * several lines. What is not understood is a fault and never left out in silence.
 */
export function readDotenv(text: string): Dotenv {
  const lines = text
    .replace(/^\ufeff/, '')
    .replace(/\r\n?/g, '\n')
    .split('\n')
  const found: Dotenv = { values: new Map(), repeated: [], faults: [] }
  for (let index = 0; index < lines.length; ) {
    const line = lines[index] ?? ''
    index = blank.test(line) ? index + 1 : readAssignment(lines, index, found)
  }
  return found
}

/** Adds what the line says, and answers with the line to go on at. */
function readAssignment(lines: readonly string[], index: number, found: Dotenv): number {
  const fault = (problem: string) => found.faults.push({ lineNumber: index + 1, problem })
  const line = lines[index] ?? ''
  const match = assignment.exec(line)
  if (!match?.[1]) {
    fault(`write NAME=value instead of ${quoteShort(line)}`)
    return index + 1
  }
  const value = readValue(lines, index, match[0].length)
  if ('problem' in value) {
    fault(value.problem)
    return index + 1
  }
  const problem = describeFault(match[1], value.text)
  if (problem) fault(problem)
  else {
    if (found.values.has(match[1]) && !found.repeated.includes(match[1])) found.repeated.push(match[1])
    found.values.set(match[1], value.text)
  }
  return value.nextIndex
}

/** Why a variable cannot be set so; undefined where it can. */
export function describeFault(name: string, value: string): string | undefined {
  const named = EnvName.safeParse(name)
  if (!named.success) return `${quoteShort(name)}: ${named.error.issues[0]?.message}`
  const valued = EnvValue.safeParse(value)
  return valued.success ? undefined : `${name}: ${valued.error.issues[0]?.message}`
}

type Value = { text: string; nextIndex: number } | { problem: string }

function readValue(lines: readonly string[], index: number, offset: number): Value {
  const start = lines[index]?.slice(offset) ?? ''
  const mark = start[0] ?? ''
  if (!['"', "'", '`'].includes(mark)) {
    return { text: start.replace(/(^|\s+)#.*$/, '').trim(), nextIndex: index + 1 }
  }
  const text = [start, ...lines.slice(index + 1)].join('\n')
  const end = findClosing(text, mark)
  if (end === undefined) return { problem: `the quote ${mark} is never closed` }
  const rest = text.slice(end + 1).split('\n', 1)[0] ?? ''
  if (!blank.test(rest)) return { problem: `unexpected ${quoteShort(rest)} after the closing quote` }
  const inner = text.slice(1, end)
  return {
    text: mark === '"' ? inner.replace(/\\([nrt"\\])/g, (_, letter: string) => escapes[letter] ?? letter) : inner,
    nextIndex: index + inner.split('\n').length,
  }
}

function findClosing(text: string, mark: string): number | undefined {
  for (let index = 1; index < text.length; index++) {
    if (mark === '"' && text[index] === '\\') index++
    else if (text[index] === mark) return index
  }
  return undefined
}

function quoteShort(text: string): string {
  const trimmed = text.trim()
  return `"${trimmed.length > 40 ? `${trimmed.slice(0, 37)}...` : trimmed}"`
}

/** What `readDotenv` reads back as the same. */
export const writeDotenv = (env: Readonly<Record<string, string>>): string =>
  Object.entries(env)
    .map(([name, value]) => `${name}=${writeValue(value)}`)
    .join('\n')

function writeValue(value: string): string {
  if (/^[\w./:@%+,=~^-]*$/.test(value)) return value
  // Nothing is special between single quotes, here as in a shell.
  if (!/['\n\r]/.test(value)) return `'${value}'`
  const escaped = value
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('\r', '\\r')
    .replaceAll('\n', '\\n')
    .replaceAll('\t', '\\t')
  return `"${escaped}"`
}
