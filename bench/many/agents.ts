import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import type { Fleet } from './fleet.ts'
import { startClock } from './heartbeat-text.ts'
import { runAgent, type Tally } from './made-up-agent.ts'

// A process of its own, so that what agents cost is not counted. Its argument is a file with the fleet; it tells its
// parent once a second how it goes, and ends with it.
const fleet: Fleet = JSON.parse(await readFile(process.argv[2] ?? '', 'utf8'))
const clock = startClock(fleet)
const tally: Tally = { linked: 0, answered: 0, given: 0, lost: 0, answerMs: [], receivedBytes: 0 }
process.once('disconnect', () => process.exit())
setInterval(() => {
  process.send?.(tally)
  tally.answerMs = []
}, 1_000)

const dialsPerSecond = 60
for (const machine of fleet.machines) {
  runAgent(machine, fleet, { clock, tally })
  await delay(1_000 / dialsPerSecond)
}
