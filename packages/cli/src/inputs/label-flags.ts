import { LabelName, LabelValue, PlatformError } from '@berth/contract'
import { quote } from '../terminal/plain-text.ts'
import { flag } from './flags.ts'

/** "disk=ssd" sets a label, "disk-" takes it away, which is null. `what` begins the complaint. */
export function readLabels(texts: readonly string[], what: string): Record<string, string | null> {
  const labels = texts.map((text) => parseLabel(text, what))
  const twice = labels.find(([name], at) => labels.findIndex(([other]) => other === name) !== at)
  if (twice) throw new PlatformError('invalid_request', `${what}: ${twice[0]} is given twice`)
  return Object.fromEntries(labels)
}

function parseLabel(text: string, what: string): [name: string, value: string | null] {
  const [, assigned, value, removed] = /^(?:([^=]*)=(.*)|([^=]+)-)$/s.exec(text) ?? []
  const name = LabelName.safeParse(assigned ?? removed)
  const parsed = LabelValue.nullable().safeParse(removed === undefined ? value : null)
  if (name.success && parsed.success) return [name.data, parsed.data]
  const issue = (name.error ?? parsed.error)?.issues[0]?.message
  const isNeither = assigned === undefined && removed === undefined
  const problem = isNeither ? 'use label=value, or label- to take it away' : issue
  throw new PlatformError('invalid_request', `${what}: ${problem}, not ${quote(text)}`)
}

/** "none" is null. */
export const spreadFlag = flag(LabelName.nullable(), { parse: (text) => (text === 'none' ? null : text) })
