import { StringDecoder } from 'node:string_decoder'

const longestLine = 2_000

/** Text in pieces to lines that are safe to print; progress ends its lines with a carriage return. */
export function createLineReader(onLine: (line: string) => void) {
  const decoder = new StringDecoder('utf8')
  let begun = ''

  const hear = (line: string) => {
    const shown = line.replace(/\p{Cc}+/gu, ' ').trim()
    if (shown) onLine(shown.slice(0, longestLine))
  }

  return {
    add(chunk: Buffer): void {
      const parts = (begun + decoder.write(chunk)).split(/[\r\n]/)
      // What never ends is not kept whole.
      begun = (parts.pop() ?? '').slice(0, longestLine)
      for (const line of parts) hear(line)
    },
    end: () => hear(begun),
  }
}
