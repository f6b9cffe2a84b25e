// Runs in a container on a manager's own network, handed over as text: it may import nothing but Node's own modules.
import { request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

const [address = '', port = '', host = ''] = process.argv.slice(1)
const deadlineMs = 20_000
const pollMs = 300

let answer = await ask()
while (answer !== '200' && performance.now() < deadlineMs) {
  await sleep(pollMs)
  answer = await ask()
}
process.stdout.write(`${answer}\n`)

function ask(): Promise<string> {
  return new Promise((resolve) => {
    const place = { host: address, port, path: '/healthz', headers: { host }, timeout: 3_000, agent: false } as const
    const outgoing = request(place, (incoming) => {
      incoming.resume()
      resolve(String(incoming.statusCode))
    })
    outgoing.once('timeout', () => outgoing.destroy(new Error('no answer')))
    outgoing.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    outgoing.end()
  })
}
