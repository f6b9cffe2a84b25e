import { setTimeout as delay } from 'node:timers/promises'
import { type Bench, runBench } from './harness/run-bench.ts'
import { showTable } from './harness/table.ts'
import {
  type BerthServer,
  countRunning,
  inWords,
  readCpuSeconds,
  readMemory,
  startServer,
} from './many/berth-server.ts'
import type { Size } from './many/made-up-cluster.ts'
import { type Asked, askSteadily, openDashboard } from './many/requests.ts'
import { type Agents, startAgents } from './many/start-agents.ts'

// node bench/many-machines.ts [machines] [instances] [apps]
const [machines = 1_000, instances = 10_000, apps = 100] = process.argv.slice(2).map(Number)
const few: Size = { machines: 1, instances: 10, apps: 1 }
const many: Size = { machines, instances, apps }

// With as many apps as machines, each edge tells of each app: 1,000 of both are more than one server hears in time.
const perSecond = 20
const windows = {
  few: { settleSeconds: 8, quietSeconds: 10, askedSeconds: 20 },
  many: { settleSeconds: 15, quietSeconds: 15, askedSeconds: 60 },
}
const mostLinkSeconds = 60

/** By what the table calls them; the address asks for the same kind of thing in both clusters. */
const questions = {
  'GET /v1/machines': '/v1/machines',
  'GET /v1/apps': '/v1/apps',
  'GET /v1/apps/:app/instances': '/v1/apps/app-0000/instances',
  'GET /v1/machines/:machine/stats': '/v1/machines/machine-0000/stats?range=1h',
  'GET /v1/stats': '/v1/stats?range=1h',
  'GET /v1/apps/:app': '/v1/apps/app-0000',
}

const measures = `one server with ${machines} machines and ${instances} instances of ${apps} apps, against 1 and 10 of 1`
await runBench({ name: 'many-machines', measures, usesDocker: false }, async (bench) => {
  const small = await measure(few, windows.few, bench)
  const large = await measure(many, windows.many, bench)
  bench.say(`\n${showUsage(small, large)}\n\n${showAnswers(small, large)}`)
  bench.say(
    [
      '\nReal: the server (its own process, SQLite), its TLS, certificates and channel, the frames of the agents.',
      'Made up: the agents (one process for all), their cluster, which never changes, and their figures. Every edge',
      'tells the same counts, and a tenth of the apps is asked something in a second. No engine, no edge, no app runs.',
      'A share of a core is CPU time by the clock; the agents and this program compete with the server for the cores.',
    ].join('\n'),
  )
})

type Measured = {
  linkedSeconds: number
  linked: number
  running: number
  quietCores: number
  askedCores: number
  memory: { rss: number; heap: number }
  heartbeats: { perSecond: number; p50: number; p99: number; lost: number; receivedBytesPerSecond: number }
  asked: Asked[]
  dashboardBytesPerSecond: number
}

async function measure(size: Size, times: Windows, bench: Bench): Promise<Measured> {
  const server = await startServer(size, bench)
  return Promise.race([measureServer(server, { size, times, bench }), server.ended])
}

type Measuring = { size: Size; times: Windows; bench: Bench }

async function measureServer(server: BerthServer, { size, times, bench }: Measuring): Promise<Measured> {
  const { settleSeconds, quietSeconds, askedSeconds } = times
  const { signal } = bench
  const wait = (seconds: number) => delay(seconds * 1_000, undefined, { signal })
  const agents = await startAgents(server, bench)
  const linkedSeconds = await untilLinked(agents, size, signal)
  await wait(settleSeconds)
  const { linked } = agents.tally()
  const quietCores = await coresDuring(server, () => wait(quietSeconds))
  const before = agents.tally()
  const dashboard = openDashboard(server)
  let asked: Asked[] = []
  const startedAtMs = performance.now()
  const askedCores = await coresDuring(server, async () => {
    asked = await askSteadily(server, { paths: Object.values(questions), perSecond, seconds: askedSeconds }, signal)
  })
  const seconds = (performance.now() - startedAtMs) / 1_000
  const after = agents.tally()
  const memory = await readMemory(server)
  const running = await countRunning(server)
  sayWarnings(server, size, bench)
  await agents.stop()
  await server.stop()
  return {
    ...{ linkedSeconds, linked, running, quietCores, askedCores, memory, asked },
    dashboardBytesPerSecond: dashboard.close() / seconds,
    heartbeats: {
      perSecond: (after.answered - before.answered) / seconds,
      ...{ p50: percentile(after.answerMs, 0.5), p99: percentile(after.answerMs, 0.99), lost: after.lost },
      receivedBytesPerSecond: (after.receivedBytes - before.receivedBytes) / seconds,
    },
  }
}

type Windows = (typeof windows)['few']

function sayWarnings({ warnings }: BerthServer, size: Size, bench: Bench) {
  bench.say(`Warnings of the server with ${size.machines} machines: ${inWords(warnings)}`)
}

async function untilLinked(agents: Agents, size: Size, signal: AbortSignal): Promise<number> {
  const startedAtMs = performance.now()
  const seconds = () => (performance.now() - startedAtMs) / 1_000
  while (agents.tally().linked < size.machines && seconds() < mostLinkSeconds) {
    await delay(200, undefined, { signal })
  }
  return seconds()
}

async function coresDuring({ pid }: BerthServer, work: () => Promise<unknown>): Promise<number> {
  const startedAtMs = performance.now()
  const before = await readCpuSeconds(pid)
  await work()
  return (((await readCpuSeconds(pid)) - before) * 1_000) / (performance.now() - startedAtMs)
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN
}

function showUsage(small: Measured, large: Measured): string {
  const row = (title: string, read: (measured: Measured) => number, digits = 1) => [
    title,
    read(small).toFixed(digits),
    read(large).toFixed(digits),
    (read(large) / read(small)).toFixed(1),
  ]
  return showTable(
    ['', '1 machine', `${machines}`, 'ratio'],
    [
      row('CPU, only agents, % of a core', ({ quietCores }) => quietCores * 100),
      row(`CPU, ${perSecond} requests/s and a dashboard`, ({ askedCores }) => askedCores * 100),
      row('RSS MiB', ({ memory }) => memory.rss, 0),
      row('heap MiB', ({ memory }) => memory.heap, 0),
      row('seconds until all agents were linked', ({ linkedSeconds }) => linkedSeconds),
      row('agents linked when it was measured', ({ linked }) => linked, 0),
      row('apps running', ({ running }) => running, 0),
      row('heartbeats answered a second', ({ heartbeats }) => heartbeats.perSecond),
      row('heartbeat until answered, p50 ms', ({ heartbeats }) => heartbeats.p50),
      row('heartbeat until answered, p99 ms', ({ heartbeats }) => heartbeats.p99),
      row('links given up for want of an answer', ({ heartbeats }) => heartbeats.lost, 0),
      row('KB/s from the server to all agents', ({ heartbeats }) => heartbeats.receivedBytesPerSecond / 1_000),
      row('KB/s to the open dashboard', ({ dashboardBytesPerSecond }) => dashboardBytesPerSecond / 1_000),
    ],
  )
}

function showAnswers(small: Measured, large: Measured): string {
  const rows = Object.entries(questions).map(([title, path]) => {
    const of = ({ asked }: Measured) => asked.filter((one) => one.path === path)
    const at = (measured: Measured, share: number) =>
      percentile(
        of(measured).map(({ ms }) => ms),
        share,
      )
    const ratio = (share: number) => (at(large, share) / at(small, share)).toFixed(1)
    const bytes = Math.max(...of(large).map((one) => one.bytes))
    return [
      title,
      ...[small, large].flatMap((measured) => [at(measured, 0.5).toFixed(1), at(measured, 0.99).toFixed(1)]),
      ...[ratio(0.5), ratio(0.99), (bytes / 1_000).toFixed(1), `${of(large).filter((one) => !one.isAnswered).length}`],
    ]
  })
  const head = ['ms', '1: p50', 'p99', `${machines}: p50`, 'p99', 'ratio p50', 'p99', 'KB', 'failed']
  return showTable(head, rows)
}
