import { haproxyVersion, openArena, type Sample } from './edge/arena.ts'
import { bareHaproxy, berthEdge, caddyProxy, nginxProxy } from './edge/contenders.ts'
import { inRounds } from './harness/rounds.ts'
import { runBench } from './harness/run-bench.ts'
import { ratioOf, showSpread, spreadOf } from './harness/spread.ts'
import { showAim, showTable } from './harness/table.ts'

const rounds = 5
const seconds = 5
const aims = { 'bare-haproxy': 0.95, nginx: 0.9, caddy: 2 }
const names = ['app', 'bare-haproxy', 'nginx', 'caddy', 'berth-edge'] as const
const titles = {
  app: 'no proxy',
  'bare-haproxy': 'bare HAProxy',
  nginx: 'nginx',
  caddy: 'Caddy',
  'berth-edge': "Berth's edge",
}

await runBench({ name: 'edge-throughput', measures: 'what the edge costs beside other proxies' }, async (bench) => {
  const arena = await openArena(bench)
  const version = await haproxyVersion(bench.docker, bench.runId)
  await arena.start('bare-haproxy', bareHaproxy)
  await arena.start('nginx', nginxProxy)
  await arena.start('caddy', caddyProxy)
  await arena.start('berth-edge', berthEdge(version))
  for (const name of names) await arena.waitFor(name)
  for (const name of names) await arena.measure(name, 1) // Not counted: caches and connections are made.

  bench.say(`HAProxy ${version.join('.')}; ${rounds} rounds of ${seconds} s each, wrk with 64 connections, same app`)
  const samples = await inRounds(names, rounds, (name) => arena.measure(name, seconds))
  bench.say(showResult(samples))
})

function showResult(samples: Record<(typeof names)[number], Sample[]>): string {
  const rates = (name: (typeof names)[number]) => samples[name].map((sample) => sample.requestsPerSecond)
  const costs = (name: (typeof names)[number]) => samples[name].map((sample) => sample.cpuMicrosPerRequest)
  const rows = names.map((name) => {
    const byRate = ratioOf(rates('berth-edge'), rates(name))
    const byCpu = ratioOf(costs(name), costs('berth-edge'))
    const aim = name in aims ? aims[name as keyof typeof aims] : null
    return [
      titles[name],
      showSpread(spreadOf(rates(name))),
      showSpread(spreadOf(costs(name)), 1),
      spreadOf(samples[name].map((sample) => sample.p99Ms)).median.toFixed(1),
      showSpread(byRate, 2),
      name === 'app' ? '' : showSpread(byCpu, 2),
      aim === null ? '' : `>= ${aim}: ${showAim(byRate.median >= aim)}, ${showAim(byCpu.median >= aim)}`,
    ]
  })
  const head = [
    '',
    'requests/s',
    'CPU us/request',
    'p99 ms',
    'edge/this, rate',
    'edge/this, per CPU',
    'aim: by rate, per CPU',
  ]
  return showTable(head, rows)
}
