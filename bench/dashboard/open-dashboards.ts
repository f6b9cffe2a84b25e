import { type ClientRequest, request } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { type Cookie, openSession } from '../../tests/browser/platform-session.ts'
import { measureUsage, type Usage } from '../footprint/usage.ts'
import { containerOf, openPlatform, type Platform, until } from '../harness/platform.ts'
import { type Bench, runBench } from '../harness/run-bench.ts'
import { ratioOf, showSpread, spreadOf } from '../harness/spread.ts'
import { showTable } from '../harness/table.ts'

const dashboards = 100
const settleMs = 10_000
const partNames = ['server', 'edge'] as const
type PartName = (typeof partNames)[number]

await runBench(
  { name: 'open-dashboards', measures: `what ${dashboards} open dashboards cost the server, against none` },
  async (bench) => {
    const platform = await openPlatform(bench)
    await deployApp(platform)
    const cookie = await openSession(platform)

    await delay(settleMs, undefined, { signal: bench.signal })
    const none = await measure(platform, bench)
    const open = await openDashboards(platform, cookie, bench)
    await delay(settleMs, undefined, { signal: bench.signal })
    const many = await measure(platform, bench)
    const { bytes, seconds } = open.stop()
    bench.say(`\n3 windows of 10 s each, 1 app running\n${showResult(none, many)}`)
    bench.say(`\nEach dashboard was sent ${(bytes / dashboards / seconds).toFixed(0)} bytes a second.`)
  },
)

async function deployApp({ api }: Platform) {
  await api('POST', '/v1/apps', { body: { name: 'bench', image: 'nginx:stable', port: 80 } })
  await until(
    'the app serves',
    async () => JSON.parse((await api('GET', '/v1/apps/bench')).body).state,
    (state) => state === 'running',
  )
}

async function measure(platform: Platform, { signal }: Bench): Promise<Record<PartName, Usage>> {
  const containers = { server: await containerOf(platform, 'server'), edge: await containerOf(platform, 'edge') }
  return measureUsage(platform.machine, containers, signal)
}

/** The stream that keeps a page right; one per open page. */
async function openDashboards(platform: Platform, cookie: Cookie, bench: Bench) {
  let bytes = 0
  const streams: ClientRequest[] = []
  const stop = () => {
    for (const stream of streams) stream.destroy()
    return { bytes, seconds: (performance.now() - startedAtMs) / 1000 }
  }
  bench.atEnd(async () => void stop())
  const startedAtMs = performance.now()
  for (let index = 0; index < dashboards; index++) {
    const path = index % 2 === 0 ? '/v1/live' : '/v1/live?app=bench'
    streams.push(await openStream(platform, cookie, { path, onBytes: (count) => (bytes += count) }))
  }
  return { stop }
}

type StreamOptions = { path: string; onBytes(count: number): void }

/** Done when its first bytes have come. */
function openStream({ machine }: Platform, cookie: Cookie, { path, onBytes }: StreamOptions): Promise<ClientRequest> {
  const headers = { host: 'berth.localhost', accept: 'text/event-stream', cookie: `${cookie.name}=${cookie.value}` }
  return new Promise((resolve, reject) => {
    const sent = request({ host: machine.address, port: 80, path, headers, agent: false }, (answer) => {
      if (answer.statusCode !== 200) return reject(new Error(`${path} answers ${answer.statusCode}`))
      answer.on('data', (chunk: Buffer) => {
        onBytes(chunk.length)
        resolve(sent)
      })
      answer.on('error', () => undefined) // Destroyed at the end.
    })
    sent.on('error', reject)
    sent.end()
  })
}

function showResult(none: Record<PartName, Usage>, many: Record<PartName, Usage>): string {
  const row = (title: string, few: number[], lots: number[], digits: number) => [
    title,
    showSpread(spreadOf(few), digits),
    showSpread(spreadOf(lots), digits),
    showSpread(ratioOf(lots, few), 2),
  ]
  const rows = partNames.flatMap((part) => [
    row(`${part}: CPU % of a core`, none[part].cpuPercent, many[part].cpuPercent, 2),
    row(`${part}: working set MiB`, none[part].workingSetMiB, many[part].workingSetMiB, 1),
  ])
  return showTable(['', 'none', `${dashboards}`, 'ratio'], rows)
}
