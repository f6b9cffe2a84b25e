import { EnvName, EnvValue } from '@berth/contract'
import { quote } from '../terminal/plain-text.ts'

export type EnvFile = { values: Record<string, string> } | { lineNumber: number; problem: string }

const blank = /^\s*(#.*)?$/
const assignment = /^\s*(?:export\s+)?([^\s=]+)\s*=[^\S\n]*/
const escapes: Record<string, string> = { '\\n': '\n', '\\r': '\r', '\\t': '\t', '\\"': '"', '\\\\': '\\' }

/**
 * KEY=VALUE lines as shells and compose write them: comments, `export`, single, double and back quotes, quoted values
 * over several lines. Not util.parseEnv, which passes over a line that it does not understand.
 */
export function parseEnvFile(content: string): EnvFile {
  const values = new Map<string, string>()
  const lines = content
    .replace(/^\ufeff/, '')
    .replace(/\r\n?/g, '\n')
    .split('\n')
  for (let index = 0; index < lines.length; ) {
    const lineNumber = index + 1
    const line = lines[index] ?? ''
    if (blank.test(line)) {
      index += 1
      continue
    }
    const match = assignment.exec(line)
    if (!match?.[1]) return { lineNumber, problem: `use NAME=value, not ${quote(line.trim())}` }
    const name = EnvName.safeParse(match[1])
    if (!name.success) return { lineNumber, problem: `${quote(match[1])}: ${name.error.issues[0]?.message}` }
    const value = readValue(lines, index, match[0].length)
    if ('problem' in value) return { lineNumber, problem: value.problem }
    const checked = EnvValue.safeParse(value.text)
    if (!checked.success) return { lineNumber, problem: `${name.data}: ${checked.error.issues[0]?.message}` }
    values.set(name.data, checked.data)
    index = value.nextIndex
  }
  return { values: Object.fromEntries(values) }
}

type Value = { text: string; nextIndex: number } | { problem: string }

function readValue(lines: readonly string[], index: number, offset: number): Value {
  const start = lines[index]?.slice(offset) ?? ''
  const mark = start[0] ?? ''
  if (!['"', "'", '`'].includes(mark)) {
    return { text: start.replace(/(^|\s+)#.*$/, '').trim(), nextIndex: index + 1 }
  }
  const text = [start, ...lines.slice(index + 1)].join('\n')
  const end = findEnd(text, mark)
  if (end < 0) return { problem: `the quote ${mark} is never closed` }
  const after = text.slice(end + 1).split('\n', 1)[0] ?? ''
  if (!blank.test(after)) return { problem: `unexpected ${quote(after.trim())} after the closing quote` }
  const inside = text.slice(1, end)
  const lineCount = inside.split('\n').length
  return { text: mark === '"' ? readEscapes(inside) : inside, nextIndex: index + lineCount }
}

/** Only double quotes know a backslash. */
function findEnd(text: string, mark: string): number {
  for (let at = 1; at < text.length; at += 1) {
    if (mark === '"' && text[at] === '\\') at += 1
    else if (text[at] === mark) return at
  }
  return -1
}

const readEscapes = (text: string) => text.replace(/\\[nrt"\\]/g, (pair) => escapes[pair] ?? pair)
