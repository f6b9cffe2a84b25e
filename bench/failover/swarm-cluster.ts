import type { CreateServiceOptions } from 'dockerode'
import { buildTestApp } from '../../tests/e2e/test-app.ts'
import { createMachine } from '../../tests/machine.ts'
import { until } from '../harness/platform.ts'
import type { Bench } from '../harness/run-bench.ts'
import { allRun, type Cluster, replicas } from './cluster.ts'

const service = 'plain'

type RenewedTask = { Spec: { ForceUpdate: number }; Status: { State: string } }

/** Swarm as `docker swarm init` and `docker service create` leave it. */
export async function openSwarmCluster({ runId }: Bench): Promise<Cluster> {
  const images = ['debian:bookworm-slim', 'node:26-bookworm-slim']
  const machines = []
  for (const name of ['plain1', 'plain2', 'plain3', 'plain4']) {
    const machine = await createMachine({ name, runId: `bench-${runId}`, images })
    await buildTestApp(machine)
    machines.push(machine)
  }
  const [first, ...workers] = machines
  if (!first) throw new Error('No machine')
  const manager = first.docker
  await manager.swarmInit({ AdvertiseAddr: first.address, ListenAddr: '0.0.0.0:2377' })
  const { JoinTokens } = await manager.swarmInspect()
  for (const { docker, address } of workers) {
    await docker.swarmJoin({
      AdvertiseAddr: address,
      ListenAddr: '0.0.0.0:2377',
      RemoteAddrs: [`${first.address}:2377`],
      JoinToken: JoinTokens.Worker,
    })
  }
  await manager.createNetwork({ Name: service, Driver: 'overlay' })
  await manager.createService({
    Name: service,
    EndpointSpec: { Mode: 'dnsrr' },
    Mode: { Replicated: { Replicas: replicas } },
    TaskTemplate: { Networks: [{ Target: service }], ContainerSpec: { Image: 'test-app:1' } },
  } as CreateServiceOptions)

  async function spreadAgain() {
    const { Spec, Version } = await manager.getService(service).inspect()
    const { ForceUpdate = 0 } = Spec.TaskTemplate
    Spec.TaskTemplate.ForceUpdate = ForceUpdate + 1
    Spec.UpdateConfig = { Parallelism: 0 }
    await manager.getService(service).update({ version: Version.Index, ...Spec })
    const isNew = ({ Spec: spec, Status }: RenewedTask) => spec.ForceUpdate > ForceUpdate && Status.State === 'running'
    const filters = { service: [service], 'desired-state': ['running'] }
    await until(
      'all instances were renewed',
      () => manager.listTasks({ filters }),
      (tasks: RenewedTask[]) => tasks.filter(isNew).length === replicas,
    )
  }

  const cluster = { manager, service, workers, spreadAgain }
  await allRun(cluster)
  return cluster
}
