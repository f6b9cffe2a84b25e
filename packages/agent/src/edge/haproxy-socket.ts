import { connect } from 'node:net'
import { PlatformError } from '@berth/contract'

const answerTimeoutMs = 5000

/** Sends one command (or several lines, for a payload) to HAProxy's socket and answers with everything it said. */
export function askHaproxy(socketPath: string, command: string, signal?: AbortSignal): Promise<string> {
  signal?.throwIfAborted()
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket = connect(socketPath)
    const fail = (cause: unknown) => {
      socket.destroy()
      reject(new PlatformError('engine_unavailable', 'The edge does not answer on its socket', { cause }))
    }
    const onAbort = () => fail(signal?.reason)
    signal?.addEventListener('abort', onAbort, { once: true })
    socket.setEncoding('utf8')
    socket.setTimeout(answerTimeoutMs, () => fail(new Error(`No answer in ${answerTimeoutMs} ms`)))
    socket.once('error', fail)
    socket.once('close', () => {
      signal?.removeEventListener('abort', onAbort)
      resolve(answer)
    })
    socket.on('data', (chunk: string) => {
      answer += chunk
    })
    // Half closed, or the master of 2.6 waits for a next command.
    socket.once('connect', () => socket.end(`${command}\n`))
  })
}

/** Replaces a whole map at once: no request sees half of the old and half of the new. */
export async function replaceMap(
  socketPath: string,
  map: { path: string; text: string },
  signal?: AbortSignal,
): Promise<void> {
  const ask = (command: string) => askHaproxy(socketPath, command, signal)
  const prepared = await ask(`prepare map ${map.path}`)
  const version = /New version created: (\d+)/.exec(prepared)?.[1]
  if (!version) throw refused('prepare map', prepared)
  // The payload ends at an empty line; each command takes one buffer (16 KB), so a long map goes in parts.
  for (const part of partsOf(map.text, 8000)) {
    const added = await ask(`add map @${version} ${map.path} <<\n${part}`)
    if (added.trim()) throw refused('add map', added)
  }
  const committed = await ask(`commit map @${version} ${map.path}`)
  if (committed.trim()) throw refused('commit map', committed)
}

const refused = (command: string, answer: string) =>
  new PlatformError('engine_failed', `The edge refused "${command}": ${answer.trim()}`)

export function partsOf(text: string, maxLength: number): string[] {
  const parts: string[] = []
  let part = ''
  for (const line of text.split('\n').filter(Boolean)) {
    if (part && part.length + line.length + 1 > maxLength) {
      parts.push(part)
      part = ''
    }
    part += `${line}\n`
  }
  return part ? [...parts, part] : parts
}
