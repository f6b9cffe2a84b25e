import { type Client, createClient } from '@berth/contract'
import type Docker from 'dockerode'
import { sendBuild, untilBuilt, untilEnded } from './builds/by-berth.ts'
import { deployByHand, handPort, writeOn } from './builds/by-hand.ts'
import { archiveOf, busyBuild, largeArchive, sampleApp } from './builds/sample-app.ts'
import { percentile, visitUntil } from './builds/steady-visitors.ts'
import { untilSays } from './builds/until-says.ts'
import { containerOf, openPlatform, type Platform } from './harness/platform.ts'
import { inRounds } from './harness/rounds.ts'
import { type Bench, runBench } from './harness/run-bench.ts'
import { ratioOf, showSpread, spreadOf } from './harness/spread.ts'
import { showAim, showTable } from './harness/table.ts'

const MiB = 1024 ** 2
const rounds = 3
const aims = { p99: 1.2, memoryMiB: 30 }
const busySeconds = 5
const uploadBytes = 500e6
/** Those that are named, by commas, or else all. */
const wantedParts = process.env.PARTS?.split(',') ?? ['ways', 'visits', 'upload']
const ways = ['Berth, cold', 'by hand, cold', 'Berth, with cache', 'by hand, with cache'] as const
const situations = ['none', 'three builds'] as const

await runBench({ name: 'builds', measures: 'what builds take, and from whom', maxMs: 840_000 }, async (bench) => {
  const platform = await openPlatform(bench)
  // Node wants to be told that a body which is a stream is sent before the answer comes.
  const sendStream: typeof fetch = (url, init) => fetch(url, { ...init, ...(init?.body ? { duplex: 'half' } : {}) })
  const baseUrl = `http://${platform.machine.address}`
  const client = createClient({ baseUrl, token: await platform.token(), fetch: sendStream as never })
  const parts: Record<string, [title: string, measure: () => Promise<string>]> = {
    ways: [
      `From source to the first visitor who sees it, ${rounds} rounds`,
      () => measureWays(platform, client, bench),
    ],
    visits: ['A running app while three builds are under way', () => measureVisits(platform, client, bench)],
    upload: ["The server's memory while 500 MB are sent", () => measureUpload(platform, client)],
  }
  for (const [name, [title, measure]] of Object.entries(parts)) {
    if (wantedParts.includes(name)) bench.say(`\n${title}\n${await measure()}`)
  }
})

async function measureWays(platform: Platform, client: Client, { signal }: Bench): Promise<string> {
  const { machine } = platform
  let versions = 0
  const deploy = async (way: (typeof ways)[number]) => {
    versions++
    const version = `v${versions}`
    const isCold = way.endsWith('cold')
    const files = sampleApp(version)
    if (!way.startsWith('Berth')) await writeOn(platform, 'by-hand', files)
    const startedAtMs = performance.now()
    if (way.startsWith('Berth')) {
      const wanted = { isDeployed: true, options: { noCache: isCold } }
      await untilBuilt(client, await sendBuild(client, 'sample', wanted, await archiveOf(files)))
      await untilSays({ address: machine.address, port: 80, host: 'sample.localhost' }, version, signal)
    } else {
      await deployByHand(machine, '/by-hand', version, isCold)
      await untilSays({ address: machine.address, port: handPort, host: 'localhost' }, version, signal)
    }
    return performance.now() - startedAtMs
  }
  for (const way of ways.slice(0, 2)) await deploy(way) // Not counted: the app and the service are made.
  const times = await inRounds(ways, rounds, deploy)
  const rows = ways.map((way) => {
    const hand = times[way.replace('Berth', 'by hand') as (typeof ways)[number]]
    const ratio = way.startsWith('Berth') ? showSpread(ratioOf(times[way], hand), 2) : ''
    return [way, showSpread(spreadOf(times[way])), ratio]
  })
  return showTable(['', 'ms', 'Berth/by hand'], rows)
}

/** One machine builds one at a time, so the three of them follow each other. */
async function measureVisits({ machine }: Platform, client: Client, { signal }: Bench): Promise<string> {
  const place = { address: machine.address, host: 'sample.localhost' }
  const source = await archiveOf(sampleApp('visited'))
  await untilBuilt(client, await sendBuild(client, 'sample', { isDeployed: true }, source))
  await untilSays({ ...place, port: 80 }, 'visited', signal)
  const visits = await inRounds(situations, rounds, async (situation, round) => {
    const quiet = new Promise((resolve) => setTimeout(resolve, 3 * busySeconds * 1_000))
    const until = situation === 'none' ? quiet : buildThree(client, round)
    const { timesMs, failed } = await visitUntil(place, until, signal)
    return { p50: percentile(timesMs, 0.5), p99: percentile(timesMs, 0.99), failed, count: timesMs.length }
  })
  const rows = situations.map((situation) => {
    const cell = (of: 'p50' | 'p99') => [
      showSpread(spreadOf(visits[situation].map((visit) => visit[of])), 1),
      showSpread(
        ratioOf(
          visits[situation].map((visit) => visit[of]),
          visits.none.map((visit) => visit[of]),
        ),
        2,
      ),
    ]
    const ratio = ratioOf(
      visits[situation].map(({ p99 }) => p99),
      visits.none.map(({ p99 }) => p99),
    ).median
    const failed = visits[situation].reduce((sum, visit) => sum + visit.failed, 0)
    const aim = situation === 'none' ? '' : `<= ${aims.p99} ${showAim(ratio <= aims.p99)}`
    return [situation, ...cell('p50'), ...cell('p99'), aim, `${failed}`]
  })
  return showTable(['', 'p50 ms', '/none', 'p99 ms', '/none', 'aim', 'failed'], rows)
}

async function buildThree(client: Client, round: number): Promise<void> {
  const sent = [1, 2, 3].map(async (number) => {
    const source = await archiveOf(busyBuild(busySeconds, `${round}.${number}`))
    return sendBuild(client, `busy${number}`, { isDeployed: false }, source)
  })
  for (const build of await Promise.all(sent)) await untilBuilt(client, build)
}

async function measureUpload(platform: Platform, client: Client): Promise<string> {
  const server = await containerOf(platform, 'server')
  const before = await residentBytes(server)
  const peak = watchPeak(server)
  const build = await sendBuild(client, 'large', { isDeployed: false }, largeArchive(uploadBytes))
  const whileSent = peak.bytes()
  await untilEnded(client, build)
  const inAll = await peak.stop()
  const moreMiB = (bytes: number) => (bytes - before) / MiB
  const row = (title: string, bytes: number) => [
    title,
    (bytes / MiB).toFixed(0),
    moreMiB(bytes).toFixed(1),
    (bytes / before).toFixed(2),
    `< ${aims.memoryMiB} ${showAim(moreMiB(bytes) < aims.memoryMiB)}`,
  ]
  return showTable(
    ['', 'MiB', 'more', '/before', 'aim'],
    [
      ['before', (before / MiB).toFixed(0), '', '', ''],
      row('most until it was received and looked through', whileSent),
      row('most until the machine that builds had read it', inAll),
    ],
  )
}

function watchPeak(container: Docker.Container) {
  let peakBytes = 0
  let isOver = false
  const watching = (async () => {
    while (!isOver) peakBytes = Math.max(peakBytes, await residentBytes(container))
  })()
  return {
    bytes: () => peakBytes,
    async stop() {
      isOver = true
      await watching
      return peakBytes
    },
  }
}

/** Without the page cache. */
async function residentBytes(container: Docker.Container): Promise<number> {
  const { memory_stats: memory } = await container.stats({ stream: false, 'one-shot': true })
  const stats: Record<string, number> = { ...memory.stats }
  return stats.total_rss ?? stats.anon ?? Number.NaN // Version 1 of cgroups, or 2.
}
