import { readFileSync } from 'node:fs'
import { EnvName, EnvValue, PlatformError } from '@berth/contract'
import { quote } from '../terminal/plain-text.ts'
import { parseEnvFile } from './env-file.ts'

export type EnvFlags = { envFile?: string | undefined; env: readonly string[]; unsetEnv: readonly string[] }

/** What a deployment changes in the environment: null removes. A flag wins over the file. */
export function readEnvFlags({ envFile, env, unsetEnv }: EnvFlags): Record<string, string | null> {
  const assigned = Object.fromEntries(env.map(parseAssignment))
  const removed = unsetEnv.map((name) => parseName(name, '--unset-env'))
  const both = removed.find((name) => Object.hasOwn(assigned, name))
  if (both) throw invalid(`--unset-env: ${both} is also set by --env`)
  const fromFile = envFile === undefined ? {} : readEnvFile(envFile)
  return { ...fromFile, ...Object.fromEntries(removed.map((name) => [name, null])), ...assigned }
}

function parseAssignment(text: string): [name: string, value: string] {
  const at = text.indexOf('=')
  // The text may be a secret by itself, so it is not repeated.
  if (at < 0) throw invalid('--env: use NAME=value')
  const name = parseName(text.slice(0, at), '--env')
  const value = EnvValue.safeParse(text.slice(at + 1))
  if (!value.success) throw invalid(`--env: ${name}: ${value.error.issues[0]?.message}`)
  return [name, value.data]
}

function parseName(text: string, flag: string): string {
  const name = EnvName.safeParse(text)
  if (name.success) return name.data
  throw invalid(`${flag}: ${name.error.issues[0]?.message}, not ${quote(text)}`)
}

function readEnvFile(path: string): Record<string, string> {
  let content: string
  try {
    content = readFileSync(path, 'utf8')
  } catch (cause) {
    throw invalid(`--env-file: cannot read ${quote(path)} (${(cause as NodeJS.ErrnoException).code})`, cause)
  }
  const parsed = parseEnvFile(content)
  if ('values' in parsed) return parsed.values
  throw invalid(`--env-file: ${path} line ${parsed.lineNumber}: ${parsed.problem}`)
}

const invalid = (message: string, cause?: unknown) => new PlatformError('invalid_request', message, { cause })
