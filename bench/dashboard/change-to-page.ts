import { setTimeout as delay } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { launchBrowserFor, openSession } from '../../tests/browser/platform-session.ts'
import { openPlatform, type Platform, until } from '../harness/platform.ts'
import { type Bench, runBench } from '../harness/run-bench.ts'
import { ratioOf, showSpread, spreadOf } from '../harness/spread.ts'
import { showTable } from '../harness/table.ts'

const rounds = 8

type Times = { swarmMs: number; pageMs: number }

await runBench(
  { name: 'change-to-page', measures: "from an instance's end until Swarm says so, and until an open page does" },
  async (bench) => {
    const platform = await openPlatform(bench)
    await deployApp(platform)
    const cookie = await openSession(platform)
    const browser = await launchBrowserFor(platform)
    bench.atEnd(() => browser.close())
    const context = await browser.newContext({ baseURL: 'http://berth.localhost' })
    await context.addCookies([{ ...cookie, url: 'http://berth.localhost' }])
    const page = await context.newPage()
    await page.goto('/apps/bench')
    await page.locator('h1').first().waitFor()

    const samples: Times[] = []
    for (let round = 0; round < rounds; round++) samples.push(await measure(platform, page, bench))
    const swarm = samples.map(({ swarmMs }) => swarmMs)
    const shown = samples.map(({ pageMs }) => pageMs)
    const rows = [
      ['Swarm lists the task as ended', showSpread(spreadOf(swarm)), ''],
      ['the page shows it', showSpread(spreadOf(shown)), showSpread(ratioOf(shown, swarm), 2)],
    ]
    bench.say(`\n${rounds} rounds, an instance killed\n${showTable(['', 'ms', '/Swarm'], rows)}`)
  },
)

async function deployApp(platform: Platform) {
  await platform.api('POST', '/v1/apps', { body: { name: 'bench', image: 'nginx:stable', port: 80, replicas: 2 } })
  await untilUp(platform)
}

function untilUp({ api }: Platform) {
  return until(
    'both instances are up',
    async () => JSON.parse((await api('GET', '/v1/apps/bench')).body),
    ({ state, readyReplicas }) => state === 'running' && readyReplicas === 2,
  )
}

/** All clocks are this machine's. */
async function measure(platform: Platform, page: Page, { signal }: Bench): Promise<Times> {
  await untilUp(platform)
  await page.getByText('Running', { exact: true }).first().waitFor()
  await delay(2_500, undefined, { signal })
  const { docker } = platform.machine
  const [instance] = await docker.listContainers({ filters: { label: ['berth.app=bench'] } })
  const taskId = instance?.Labels['com.docker.swarm.task.id'] ?? ''
  const seen = page.evaluate(untilTextChanges, taskId)
  const startedAtMs = Date.now()
  await docker.getContainer(instance?.Id ?? '').kill()
  const [swarmAtMs, pageAtMs] = await Promise.all([untilEnded(platform, taskId, signal), seen])
  return { swarmMs: swarmAtMs - startedAtMs, pageMs: pageAtMs - startedAtMs }
}

async function untilEnded({ machine }: Platform, taskId: string, signal: AbortSignal): Promise<number> {
  for (;;) {
    const task = await machine.docker.getTask(taskId).inspect()
    if (task.Status.State !== 'running') return Date.now()
    await delay(20, undefined, { signal })
  }
}

/** In the page: when the state of the app, in words, becomes another one. */
function untilTextChanges(): Promise<number> {
  const read = () => document.querySelector('main header')?.textContent ?? ''
  const before = read()
  return new Promise((resolve) => {
    const observer = new MutationObserver(() => {
      if (read() === before) return
      observer.disconnect()
      resolve(Date.now())
    })
    observer.observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true })
  })
}
