import { request } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'

const pollMs = 10

type Place = { address: string; port: number; host: string }

/** Asks every 10 ms, each time over a new connection as a first visitor would. */
export async function until200(place: Place, signal: AbortSignal): Promise<void> {
  while ((await ask(place)) !== 200) await delay(pollMs, undefined, { signal })
}

function ask({ address, port, host }: Place): Promise<number> {
  return new Promise((resolve) => {
    const sent = request({ host: address, port, headers: { host }, agent: false, timeout: 1000 }, (answer) => {
      answer.resume()
      answer.once('end', () => resolve(answer.statusCode ?? 0))
      answer.once('error', () => resolve(0))
    })
    sent.once('timeout', () => sent.destroy())
    sent.once('error', () => resolve(0))
    sent.once('close', () => resolve(0))
    sent.end()
  })
}
