import { setTimeout as delay } from 'node:timers/promises'
import { bareNodeOf, startBareNode } from './footprint/bare-node.ts'
import { untilDeployed } from './footprint/until-deployed.ts'
import { measureUsage, type Usage } from './footprint/usage.ts'
import { containerOf, openPlatform, type Platform } from './harness/platform.ts'
import { type Bench, runBench } from './harness/run-bench.ts'
import { ratioOf, showSpread, spreadOf } from './harness/spread.ts'
import { showAim, showTable } from './harness/table.ts'

const instanceCounts = [0, 30]
/** For half a minute after new routes an edge is looked at four times a second. */
const settleMs = 35_000
const aims = { cpuPercent: 1, workingSetMiB: 60 }

await runBench(
  { name: 'agent-cost', measures: 'what an agent takes by the instances on its machine', maxMs: 420_000 },
  async (bench) => {
    const platform = await openPlatform(bench)
    await startBareNode(platform)
    const rows: string[][] = []
    for (const instances of instanceCounts) {
      await run(platform, instances)
      await delay(settleMs, undefined, { signal: bench.signal })
      rows.push(await measure(platform, instances, bench))
    }
    const titles = ['instances', 'CPU % of a core', 'aim', 'bare Node', 'working set MiB', '/bare', 'aim']
    bench.say(`\nAt each size 3 windows of 10 s:\n${showTable(titles, rows)}`)
  },
)

async function run({ api }: Platform, replicas: number) {
  if (replicas === 0) return
  const app = { name: 'bench', image: 'nginx:stable', port: 80, replicas, resources: { memoryBytes: 32 * 1024 ** 2 } }
  const { status, body } = await api('POST', '/v1/apps', { body: app })
  if (status !== 200 && status !== 201) throw new Error(`POST /v1/apps answers ${status}: ${body}`)
  await untilDeployed({ api, app: 'bench' }, JSON.parse(body).id)
}

async function measure(platform: Platform, instances: number, { signal }: Bench): Promise<string[]> {
  const containers = { agent: await containerOf(platform, 'agent'), bare: bareNodeOf(platform) }
  const { agent, bare } = await measureUsage(platform.machine, containers, signal)
  return [`${instances}`, ...cpuCells(agent, bare), ...memoryCells(agent, bare)]
}

function cpuCells(agent: Usage, bare: Usage): string[] {
  const cpu = spreadOf(agent.cpuPercent)
  const aim = `< ${aims.cpuPercent} ${showAim(cpu.median < aims.cpuPercent)}`
  return [showSpread(cpu, 2), aim, showSpread(spreadOf(bare.cpuPercent), 2)]
}

function memoryCells(agent: Usage, bare: Usage): string[] {
  const memory = spreadOf(agent.workingSetMiB)
  const aim = `<= ${aims.workingSetMiB} ${showAim(memory.median <= aims.workingSetMiB)}`
  return [showSpread(memory), ratioOf(agent.workingSetMiB, bare.workingSetMiB).median.toFixed(1), aim]
}
