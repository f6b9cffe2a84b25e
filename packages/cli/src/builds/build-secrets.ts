import { readFileSync } from 'node:fs'
import { BuildSecrets, PlatformError } from '@berth/contract'
import type { Config } from '../config.ts'
import { quote } from '../terminal/plain-text.ts'

/**
 * `NAME=value`, `NAME=@file`, or `NAME` for the variable of that name. What is wrong is told by name alone: a text
 * may be a secret by itself.
 */
export function readBuildSecrets(texts: readonly string[], config: Pick<Config, 'variable'>): BuildSecrets {
  const secrets = Object.fromEntries(texts.map((text) => readBuildSecret(text, config)))
  const checked = BuildSecrets.safeParse(secrets)
  if (checked.success) return checked.data
  const [issue] = checked.error.issues
  // A name that is refused may be a secret that somebody gave without one.
  const name = issue?.code === 'invalid_key' ? 'a name' : (issue?.path.join('.') ?? '')
  const words = issue?.code === 'invalid_key' ? issue.issues[0]?.message : issue?.message
  throw invalid([name, words].filter(Boolean).join(': '))
}

function readBuildSecret(text: string, { variable }: Pick<Config, 'variable'>): [name: string, value: string] {
  const at = text.indexOf('=')
  if (at === 0) throw invalid('use NAME=value, NAME=@file or NAME')
  if (at > 0) {
    const [name, value] = [text.slice(0, at), text.slice(at + 1)]
    return [name, value.startsWith('@') ? readSecretFile(name, value.slice(1)) : value]
  }
  const value = variable(text)
  if (value) return [text, value]
  throw invalid('a name without "=" is that of a variable, and there is none of the name that was given')
}

function readSecretFile(name: string, path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw invalid(`${name}: cannot read ${quote(path)} (${(cause as NodeJS.ErrnoException).code})`, cause)
  }
}

const invalid = (words: string, cause?: unknown) =>
  new PlatformError('invalid_request', `--build-secret: ${words}`, { cause })
