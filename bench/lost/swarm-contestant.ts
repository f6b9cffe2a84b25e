import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { CreateServiceOptions } from 'dockerode'
import type { Machine } from '../../tests/machine.ts'
import { startContainer } from '../harness/container.ts'
import { until } from '../harness/platform.ts'
import type { Contestant } from './contestant.ts'

const name = 'plain'
const port = 8081

/** As one finds it in tutorials: instances by DNS, with checks, everything else as it comes. */
const haproxyConfig = `resolvers docker
  nameserver dns 127.0.0.11:53
  accepted_payload_size 8192
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
frontend web
  bind :80
  default_backend app
backend app
  option httpchk
  server-template i 8 ${name}:8080 check resolvers docker init-addr none
`

/** Without Berth: `docker service update` behind a bare HAProxy. */
export async function swarmContestant({ docker, address }: Machine): Promise<Contestant> {
  await docker.createNetwork({ Name: name, Driver: 'overlay', Attachable: true })
  await docker.createService({
    Name: name,
    EndpointSpec: { Mode: 'dnsrr' },
    Mode: { Replicated: { Replicas: 2 } },
    UpdateConfig: { Parallelism: 1, Order: 'start-first' },
    TaskTemplate: { Networks: [{ Target: name }], ContainerSpec: { Image: 'test-app:1' } },
  } as CreateServiceOptions)
  const haproxy = await startContainer(
    docker,
    {
      name: 'plain-haproxy',
      Image: 'haproxy:3.2',
      User: '0', // Or else an older engine lets it not bind port 80.
      HostConfig: { NetworkMode: name, PortBindings: { '80/tcp': [{ HostPort: String(port) }] } },
      ExposedPorts: { '80/tcp': {} },
      Labels: { 'berth.role': '' },
    },
    { '/usr/local/etc/haproxy/haproxy.cfg': haproxyConfig },
  )

  async function update(change: (spec: Spec) => void) {
    const service = docker.getService(name)
    const { Spec, Version } = await service.inspect()
    change(Spec)
    await service.update({ version: Version.Index, ...Spec })
  }

  const instances = async () => {
    const filters = { label: [`com.docker.swarm.service.name=${name}`] }
    return (await docker.listContainers({ filters })).map(({ Id }) => Id)
  }

  const untilRunning = (replicas: number, without: readonly string[] = []) =>
    until(
      `${replicas} of plain Swarm run`,
      instances,
      (ids) => ids.length === replicas && !ids.some((id) => without.includes(id)),
    )

  async function scale(replicas: number) {
    await update((spec) => {
      spec.Mode.Replicated.Replicas = replicas
    })
    await untilRunning(replicas)
    await delay(3000) // Until HAProxy's look-ups have found them all, which it tells nobody.
  }

  async function killOne() {
    const [victim = ''] = await instances()
    await docker.getContainer(victim).kill()
    await untilRunning(2, [victim])
    await delay(3000)
  }

  async function deploy() {
    const before = await instances()
    await update((spec) => {
      spec.TaskTemplate.ContainerSpec.Env = [`VERSION=${randomUUID()}`]
    })
    await untilRunning(2, before)
  }

  async function reload() {
    for (let round = 0; round < 2; round++) {
      await haproxy.kill({ signal: 'SIGUSR2' })
      await delay(2000)
    }
  }

  const answers = () => fetch(`http://${address}:${port}/`).then(({ status }) => status)
  await until('plain Swarm answers', answers, (status) => status === 200)
  return {
    port,
    host: 'plain.localhost',
    scale,
    scenarios: {
      deploy,
      'scale 1 -> 4 -> 2': async () => {
        await scale(4)
        await scale(2)
      },
      'instance kill -9, twice': async () => {
        await killOne()
        await killOne()
      },
      'instance kill -9, POSTs too': killOne,
      'edge reload, twice': reload,
      'server kill -9': null,
    },
  }
}

type Spec = { Mode: { Replicated: { Replicas: number } }; TaskTemplate: { ContainerSpec: { Env?: string[] } } }
