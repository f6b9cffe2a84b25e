import { setTimeout as delay } from 'node:timers/promises'
import { buildTestApp } from '../tests/e2e/test-app.ts'
import { startLoad } from '../tests/load.ts'
import { openPlatform } from './harness/platform.ts'
import { runBench } from './harness/run-bench.ts'
import { showAim, showTable } from './harness/table.ts'
import { berthContestant } from './lost/berth-contestant.ts'
import { type Contestant, type Scenario, scenarios } from './lost/contestant.ts'
import { swarmContestant } from './lost/swarm-contestant.ts'

type Lost = { requests: number; failed: number; maxMs: number; examples: string[] }

const rounds = 2
/** A further round begins only if it can be expected to end in time. */
const startRoundsMs = 130_000
const settleMs = 2500 // Instances end two seconds after they left DNS.

await runBench({ name: 'lost-requests', measures: 'failed requests while things change or die' }, async (bench) => {
  const startedAtMs = performance.now()
  const platform = await openPlatform(bench)
  const { machine } = platform
  await buildTestApp(machine)
  const contestants = { berth: await berthContestant(platform), swarm: await swarmContestant(machine) }
  bench.say('Bare: plain Swarm (start-first) behind HAProxy as in tutorials; a stand-in for its routing mesh')
  const lost = new Map<string, Lost>()

  for (let round = 0; round < rounds && performance.now() - startedAtMs < startRoundsMs; round++) {
    for (const scenario of scenarios) {
      for (const name of round % 2 ? (['swarm', 'berth'] as const) : (['berth', 'swarm'] as const)) {
        bench.signal.throwIfAborted()
        const found = await measure(contestants[name], scenario, machine.address)
        if (found) lost.set(`${name} ${scenario}`, sum(lost.get(`${name} ${scenario}`), found))
      }
    }
    bench.say(`\nRounds done: ${round + 1}\n${showResult(lost)}`)
  }
  for (const [name, { examples }] of lost) for (const example of examples) bench.say(`${name}: ${example}`)
})

async function measure(contestant: Contestant, scenario: Scenario, address: string): Promise<Lost | null> {
  const run = contestant.scenarios[scenario]
  if (!run) return null
  if (scenario.startsWith('scale')) await contestant.scale(1)
  const { port, host } = contestant
  const postWorkers = scenario.includes('POST') ? 4 : 0
  const load = startLoad({ address, port, host, keepAliveWorkers: 8, newConnectionWorkers: 4, postWorkers })
  try {
    await delay(500)
    await run()
    await delay(settleMs)
  } finally {
    await load.stop()
  }
  const { requests, failures, maxMs } = await load.stop()
  return { requests, failed: failures.length, maxMs, examples: failures.slice(0, 2) }
}

function sum(before: Lost | undefined, more: Lost): Lost {
  return {
    requests: more.requests + (before?.requests ?? 0),
    failed: more.failed + (before?.failed ?? 0),
    maxMs: Math.max(more.maxMs, before?.maxMs ?? 0),
    examples: [...(before?.examples ?? []), ...more.examples].slice(0, 3),
  }
}

function showResult(lost: ReadonlyMap<string, Lost>): string {
  const rows = scenarios.map((scenario) => {
    const ours = lost.get(`berth ${scenario}`)
    const theirs = lost.get(`swarm ${scenario}`)
    return [scenario, ...cellsOf(ours), ...cellsOf(theirs), ratio(ours, theirs), ours ? showAim(ours.failed === 0) : '']
  })
  const berth = ['Berth: failed', 'per 100,000', 'longest ms']
  const plain = ['bare: failed', 'per 100,000', 'longest ms']
  return showTable(['', ...berth, ...plain, 'Berth/bare', 'aim 0'], rows)
}

function cellsOf(lost: Lost | undefined): string[] {
  if (!lost) return ['-', '-', '-']
  const { failed, requests, maxMs } = lost
  return [`${failed} of ${requests.toLocaleString('en')}`, perHundredThousand(lost).toFixed(1), maxMs.toFixed(0)]
}

function ratio(ours: Lost | undefined, theirs: Lost | undefined): string {
  return ours && theirs?.failed ? (perHundredThousand(ours) / perHundredThousand(theirs)).toFixed(2) : '-'
}

function perHundredThousand({ failed, requests }: Lost): number {
  return (100_000 * failed) / requests
}
