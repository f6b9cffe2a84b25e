import { setTimeout as delay } from 'node:timers/promises'
import { bareNodeOf, startBareNode } from './footprint/bare-node.ts'
import { untilDeployed } from './footprint/until-deployed.ts'
import { measureUsage, type Usage } from './footprint/usage.ts'
import { containerOf, openPlatform, type Part, type Platform, parts } from './harness/platform.ts'
import { type Bench, runBench } from './harness/run-bench.ts'
import { ratioOf, showSpread, spreadOf } from './harness/spread.ts'
import { showAim, showTable } from './harness/table.ts'

const settleMs = 15_000
const deployments = 5
const aimsMiB: Record<Part, number> = { server: 150, agent: 60, edge: 40, registry: 40 }
const aimPercent = 1
const baseline = 'bare Node'

await runBench({ name: 'footprint', measures: 'what Berth takes while nothing happens' }, async (bench) => {
  const platform = await openPlatform(bench)
  await startBareNode(platform)

  await delay(settleMs, undefined, { signal: bench.signal })
  bench.say(`\nNew, without an app; 3 windows of 10 s:\n${await measure(platform, bench)}`)

  await deployOften(platform)
  await delay(settleMs, undefined, { signal: bench.signal })
  bench.say(`\nAfter ${deployments} deployments, with one app running:\n${await measure(platform, bench)}`)
})

async function deployOften({ api }: Platform) {
  for (let round = 0; round < deployments; round++) {
    const [path, body] =
      round === 0
        ? ['/v1/apps', { name: 'bench', image: 'nginx:stable', port: 80 }]
        : ['/v1/apps/bench/deployments', { change: { env: { ROUND: String(round) } } }]
    const { status, body: answer } = await api('POST', path, { body })
    if (status !== 200 && status !== 201) throw new Error(`${path} answers ${status}: ${answer}`)
    await untilDeployed({ api, app: 'bench' }, JSON.parse(answer).id)
  }
}

async function measure(platform: Platform, { signal }: Bench): Promise<string> {
  const containers = {
    server: await containerOf(platform, 'server'),
    agent: await containerOf(platform, 'agent'),
    edge: await containerOf(platform, 'edge'),
    registry: await containerOf(platform, 'registry'),
    [baseline]: bareNodeOf(platform),
  } as const
  const usage = await measureUsage(platform.machine, containers, signal)
  const rows = [...parts, baseline].map((name) => rowOf(name, usage[name as Part], usage[baseline]))
  return showTable(['', 'working set MiB', '/bare', 'aim', 'RSS MiB', '/bare', 'CPU % of a core', 'aim'], rows)
}

function rowOf(name: string, usage: Usage, bare: Usage): string[] {
  const aimMiB = aimsMiB[name as Part]
  const memory = spreadOf(usage.workingSetMiB)
  const cpu = spreadOf(usage.cpuPercent)
  return [
    name,
    showSpread(memory),
    ratioOf(usage.workingSetMiB, bare.workingSetMiB).median.toFixed(1),
    aimMiB === undefined ? '' : `<= ${aimMiB} ${showAim(memory.median <= aimMiB)}`,
    showSpread(spreadOf(usage.residentMiB)),
    ratioOf(usage.residentMiB, bare.residentMiB).median.toFixed(1),
    showSpread(cpu, 2),
    aimMiB === undefined ? '' : `< ${aimPercent} ${showAim(cpu.median < aimPercent)}`,
  ]
}
