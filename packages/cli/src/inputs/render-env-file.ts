import { plainText } from '../terminal/plain-text.ts'

const needsNoQuotes = /^[\w./:@%+,=*-]*$/
const escapes: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '"': '\\"', '\\': '\\\\' }

/** NAME=value lines that `parseEnvFile` reads as the same values; what could drive a terminal is left out. */
export const renderEnvFile = (env: Readonly<Record<string, string>>): string[] =>
  Object.entries(env).map(([name, value]) => `${plainText(name)}=${renderValue(value)}`)

function renderValue(value: string): string {
  if (needsNoQuotes.test(value)) return value
  return `"${plainText(value.replace(/[\n\r\t"\\]/g, (character) => escapes[character] ?? character))}"`
}
