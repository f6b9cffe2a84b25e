import { request } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'

const pollMs = 10

export type Place = { address: string; port: number; host: string }

/** Asks every 10 ms, each time over a new connection as a first visitor would. */
export async function untilSays(place: Place, words: string, signal: AbortSignal): Promise<void> {
  while ((await ask(place)) !== words) await delay(pollMs, undefined, { signal })
}

function ask({ address, port, host }: Place): Promise<string> {
  return new Promise((resolve) => {
    const sent = request({ host: address, port, headers: { host }, agent: false, timeout: 1000 }, (answer) => {
      let body = ''
      answer.setEncoding('utf8').on('data', (text: string) => {
        body += text
      })
      answer.once('end', () => resolve(answer.statusCode === 200 ? body : ''))
      answer.once('error', () => resolve(''))
    })
    sent.once('timeout', () => sent.destroy())
    sent.once('error', () => resolve(''))
    sent.end()
  })
}
