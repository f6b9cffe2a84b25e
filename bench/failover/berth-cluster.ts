import { createClient } from '@berth/contract'
import Docker from 'dockerode'
import { createMachines } from '../../packages/installer/src/machines/create-machines.ts'
import { plainGroup, plainSteps } from '../../packages/installer/src/steps.ts'
import { buildTestApp } from '../../tests/e2e/test-app.ts'
import { machineNamed, testSite } from '../../tests/machine.ts'
import type { Platform } from '../harness/platform.ts'
import type { Bench } from '../harness/run-bench.ts'
import { allRun, type Cluster, replicas } from './cluster.ts'

const names = ['worker1', 'worker2', 'worker3']
const silent = () => undefined

/** The platform's machine and three more, made by `berth machines create`. */
export async function openBerthCluster(platform: Platform, bench: Bench): Promise<Cluster> {
  const { machine, runId } = platform
  const client = createClient({ baseUrl: `http://${machine.address}`, token: await platform.token() })
  const startedAtMs = performance.now()
  await createMachines(
    { names, count: undefined, memoryBytes: undefined, role: 'worker' },
    {
      outer: new Docker(),
      site: testSite(runId),
      imagesFrom: machine.docker,
      client,
      step: plainSteps(silent),
      group: plainGroup(silent),
    },
  )
  bench.say(`berth machines create --count ${names.length}: ${((performance.now() - startedAtMs) / 1000).toFixed(1)} s`)
  const workers = await Promise.all(names.map((name) => machineNamed(name, runId)))
  await buildTestApp(machine)
  const deploy = ['deploy', '--image', 'test-app:1', '--port', '8080', '--name', 'shop', '--replicas', `${replicas}`]
  await mustRun(platform, ...deploy)
  // The engine chooses the machines, and where one has only just come back it may choose another: once in sixty rounds so far.
  const rebalance = () => mustRun(platform, 'machines', 'rebalance', '--yes')
  const spreadAgain = () =>
    rebalance().catch((error: unknown) => {
      bench.say(`${error}`)
      return rebalance()
    })
  const cluster = { manager: machine.docker, service: 'shop-web-r1', workers, spreadAgain }
  await allRun(cluster)
  return cluster
}

async function mustRun(platform: Platform, ...argv: string[]): Promise<void> {
  const { code, stdout, stderr } = await platform.berth(...argv)
  if (code !== 0) throw new Error(`berth ${argv.join(' ')} ended with ${code}: ${stdout}${stderr}`)
}
