import type { BuildEvent } from '@berth/contract'

/** What is kept of one build's log; the rest is counted. */
export const mostLogBytes = 4 * 1024 ** 2
const keptAtEnd = 200
const mostLineLength = 8_000

/**
 * Hands lines on as they come, up to a limit; of what is beyond it the last lines come at the end, since those say why
 * it failed.
 */
export function createBuildLog(emit: (event: BuildEvent) => Promise<void>, now = () => new Date()) {
  let bytes = 0
  let leftOut = 0
  let last: string[] = []

  const send = (texts: readonly string[]) =>
    emit({
      kind: 'lines',
      lines: texts.map((text) => ({ at: now().toISOString(), text: text.slice(0, mostLineLength) })),
    })

  return {
    async add(texts: readonly string[]): Promise<void> {
      const within: string[] = []
      for (const text of texts) {
        bytes += Math.min(text.length, mostLineLength)
        if (bytes <= mostLogBytes) within.push(text)
        else last.push(text)
      }
      leftOut += texts.length - within.length
      last = last.slice(-keptAtEnd)
      if (within.length > 0) await send(within)
    },
    async close(): Promise<void> {
      if (leftOut === 0) return
      await send([`... ${leftOut - last.length} lines are left out here: the log is too long ...`, ...last])
    },
  }
}
