export type ServerSentEvent = { name: string; text: string }

/** The events of a text/event-stream body. An event that its end cut off is dropped, as the standard says. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerSentEvent, void, undefined> {
  let name = 'message'
  let texts: string[] = []
  for await (const line of readLines(body)) {
    if (line === '') {
      if (texts.length > 0) yield { name, text: texts.join('\n') }
      name = 'message'
      texts = []
      continue
    }
    const [field, value] = splitField(line)
    if (field === 'data') texts.push(value)
    if (field === 'event') name = value
  }
}

/** A comment (":...") has an empty field name, which nobody looks for. */
function splitField(line: string): [field: string, value: string] {
  const colon = line.indexOf(':')
  if (colon < 0) return [line, '']
  return [line.slice(0, colon), line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1)]
}

async function* readLines(body: ReadableStream<Uint8Array>): AsyncGenerator<string, void, undefined> {
  // A reader, because Safari cannot iterate over a stream.
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let rest = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      rest += decoder.decode(value, { stream: true })
      // A "\r" at the end may be the first half of "\r\n".
      const lines = rest.split(/\r\n|\n|\r(?!$)/)
      rest = lines.pop() ?? ''
      yield* lines
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}
