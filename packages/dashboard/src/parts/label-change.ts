import { LabelName, LabelValue } from '@berth/contract'

export type LabelDraft = { change: Record<string, string | null>; fault: string | undefined }

/** From "disk=ssd zone=a", one or several a line, to what must be set and removed so that these are all there are. */
export function readLabels(text: string, former: Readonly<Record<string, string>>): LabelDraft {
  const wanted = new Map<string, string>()
  for (const word of text.split(/[\s,]+/).filter(Boolean)) {
    const [name = '', value, ...rest] = word.split('=')
    if (value === undefined || rest.length > 0)
      return { change: {}, fault: `“${word}”: write name=value, such as disk=ssd` }
    const issue = LabelName.safeParse(name).error?.issues[0] ?? LabelValue.safeParse(value).error?.issues[0]
    if (issue) return { change: {}, fault: `“${word}”: ${issue.message}` }
    if (wanted.has(name)) return { change: {}, fault: `“${name}” is there twice` }
    wanted.set(name, value)
  }
  const set = [...wanted].filter(([name, value]) => former[name] !== value)
  const removed = Object.keys(former).filter((name) => !wanted.has(name))
  return { change: Object.fromEntries([...set, ...removed.map((name) => [name, null] as const)]), fault: undefined }
}

export const writeLabels = (labels: Readonly<Record<string, string>>): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join('\n')
