import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { launchBrowser, openPage } from '../../packages/dashboard/dev/browser.ts'
import { type Scenario, startFakeBerth } from '../../packages/dashboard/dev/fake-berth.ts'
import { buildDashboard, prepareBrowser } from '../../tests/prerequisites.ts'
import { inRounds } from '../harness/rounds.ts'
import { type Bench, runBench } from '../harness/run-bench.ts'
import { ratioOf, showSpread, spreadOf } from '../harness/spread.ts'
import { showTable } from '../harness/table.ts'

const MiB = 1024 ** 2
const rounds = 3
const logs = { 'a log of 1,000 lines': 'one', 'a log of 100,000 lines': 'flood' } as const satisfies Record<
  string,
  Scenario
>
type LogName = keyof typeof logs
const [short, long] = Object.keys(logs) as [LogName, LogName]

await runBench(
  { name: 'log-memory', measures: 'what a page holds after a long log went through it' },
  async (bench) => {
    await prepareBrowser({ onProgress: bench.say, signal: bench.signal })
    const dist = mkdtempSync(join(tmpdir(), 'berth-bench-dashboard-'))
    bench.atEnd(async () => rmSync(dist, { recursive: true, force: true }))
    await buildDashboard(dist, bench.signal)

    const samples = await inRounds([short, long], rounds, (name) => measure({ bench, dist, scenario: logs[name] }))
    const row = (name: LogName) => {
      const heap = samples[name].map(({ heapMiB }) => heapMiB)
      const elements = samples[name].map((sample) => sample.elements)
      return [
        name,
        showSpread(spreadOf(samples[name].map(({ lines }) => lines))),
        showSpread(spreadOf(heap), 1),
        showSpread(
          ratioOf(
            heap,
            samples[short].map(({ heapMiB }) => heapMiB),
          ),
          2,
        ),
        showSpread(spreadOf(elements)),
      ]
    }
    const head = ['', 'lines sent', 'JS heap MiB', '/short', 'elements of the page']
    bench.say(`\n${rounds} rounds, after a garbage collection\n${showTable(head, [row(short), row(long)])}`)
  },
)

type Measured = { bench: Bench; dist: string; scenario: Scenario }

async function measure({ bench, dist, scenario }: Measured) {
  const fake = await startFakeBerth({ scenario, dist })
  const browser = await launchBrowser()
  bench.signal.addEventListener('abort', () => void browser.close())
  try {
    const { page, context } = await openPage(browser, { url: fake.url, scenario, width: 1280, theme: 'light' })
    await page.goto('/apps/shop/logs')
    const wanted = scenario === 'flood' ? fake.world(scenario).logLines : 0
    while (fake.world(scenario).logLinesSent < wanted) await delay(200, undefined, { signal: bench.signal })
    await delay(5_000, undefined, { signal: bench.signal })
    const session = await context.newCDPSession(page)
    await session.send('HeapProfiler.collectGarbage')
    const { usedSize } = await session.send('Runtime.getHeapUsage')
    const elements = await page.evaluate(() => document.querySelectorAll('*').length)
    return { heapMiB: usedSize / MiB, elements, lines: fake.world(scenario).logLinesSent }
  } finally {
    await browser.close()
    await fake.stop()
  }
}
