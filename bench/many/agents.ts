import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import type { LocalInstance } from '@berth/contract'
import type { ClusterState } from '@berth/engine'
import { startClock } from './heartbeat-text.ts'
import { runAgent, type Tally } from './made-up-agent.ts'

export type MadeUpMachine = {
  name: string
  machineId: string
  isManager: boolean
  certPem: string
  instances: Pick<LocalInstance, 'instanceId' | 'app' | 'service'>[]
}

export type Fleet = {
  port: number
  caPem: string
  /** One for all: made-up machines keep nothing from each other. */
  keyPem: string
  machines: MadeUpMachine[]
  state: ClusterState
}

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
