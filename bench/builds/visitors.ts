import { Agent, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import type { Place, Visits } from './steady-visitors.ts'

const perSecond = 50
const patienceMs = 10_000

/** Asks so often a second, whether or not the requests before were answered, until its input ends; then tells. */
const place: Place = JSON.parse(process.argv[2] ?? '')
const agent = new Agent({ keepAlive: true })
let isOver = false
void text(process.stdin).then(() => {
  isOver = true
})
const startMs = performance.now()
const asked: Promise<number | undefined>[] = []
for (let number = 0; !isOver; number++) {
  const dueMs = startMs + (number * 1_000) / perSecond
  await delay(Math.max(0, dueMs - performance.now()))
  asked.push(visit())
}
const times = await Promise.all(asked)
agent.destroy()
const timesMs = times.filter((ms) => ms !== undefined)
const visits: Visits = { timesMs, failed: times.length - timesMs.length }
process.stdout.write(JSON.stringify(visits))

function visit(): Promise<number | undefined> {
  const { address, host } = place
  const sentMs = performance.now()
  return new Promise((resolve) => {
    const sent = request({ host: address, port: 80, headers: { host }, agent }, (answer) => {
      answer.resume()
      answer.once('end', () => resolve(answer.statusCode === 200 ? performance.now() - sentMs : undefined))
      answer.once('error', () => resolve(undefined))
    })
    sent.setTimeout(patienceMs, () => sent.destroy())
    sent.once('error', () => resolve(undefined))
    sent.end()
  })
}
