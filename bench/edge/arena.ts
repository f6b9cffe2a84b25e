import type Docker from 'dockerode'
import { archiveOf, execute, readCpuMicros, startContainer } from '../harness/container.ts'
import { labelsOf } from '../harness/labelled.ts'
import type { Bench } from '../harness/run-bench.ts'
import { app, appHost, appNames, type Contender, haproxyImage, toolsImage } from './contenders.ts'

export type Sample = { requestsPerSecond: number; cpuMicrosPerRequest: number; p99Ms: number }

export type Arena = Awaited<ReturnType<typeof openArena>>

const connections = 64

/** One network with the app, the contenders and the load on it. */
export async function openArena({ docker, runId, signal }: Bench) {
  await buildTools(docker)
  const network = await docker.createNetwork({ Name: `berth-bench-${runId}`, Labels: labelsOf(runId) })
  const running = new Map<string, { container: Docker.Container; address: string }>()

  async function start(name: string, { image, options, files }: Contender, aliases = [name]) {
    signal.throwIfAborted()
    const container = await startContainer(
      docker,
      {
        ...options,
        Image: image,
        name: `berth-bench-${runId}-${name}`,
        // The role would be inherited from Berth's own base images.
        Labels: { ...labelsOf(runId), 'berth.role': '' },
        HostConfig: { ...options.HostConfig, NetworkMode: network.id },
        NetworkingConfig: { EndpointsConfig: { [network.id]: { Aliases: aliases } } },
      },
      files,
    )
    const { NetworkSettings } = await container.inspect()
    running.set(name, { container, address: addressIn(NetworkSettings.Networks) })
  }

  const get = (name: string) => running.get(name) ?? fail(`${name} was not started`, undefined)

  /** Runs wrk through one contender. A failed request makes a figure worthless, so it ends the run. */
  async function measure(name: string, seconds: number): Promise<Sample> {
    signal.throwIfAborted()
    const { container, address } = get(name)
    const cpuBefore = await readCpuMicros(container)
    const output = await execute(get('load').container, wrk(address, seconds)).catch((cause) =>
      fail(`The load through ${name} failed`, cause),
    )
    const cpuMicros = (await readCpuMicros(container)) - cpuBefore
    const { requests, ...sample } = readWrk(output)
    return { ...sample, cpuMicrosPerRequest: cpuMicros / requests }
  }

  async function waitFor(name: string) {
    const argv = ['curl', '-sf', '--retry', '40', '--retry-delay', '1', '--retry-all-errors', '-o', '/dev/null']
    const { container, address } = get(name)
    await execute(get('load').container, [...argv, '-H', `Host: ${appHost}`, `http://${address}/`]).catch(
      async (cause) => {
        fail(`${name} does not answer: ${await container.logs({ stdout: true, stderr: true, tail: 20 })}`, cause)
      },
    )
  }

  await start('app', app, appNames)
  await start('load', { image: toolsImage, options: { Cmd: ['sleep', 'infinity'] }, files: {} })
  return { start, waitFor, measure }
}

const wrk = (address: string, seconds: number) => [
  'wrk',
  '-t1',
  `-c${connections}`,
  `-d${seconds}s`,
  '--latency',
  '-H',
  `Host: ${appHost}`,
  `http://${address}:80/`, // With its port: Debian's smallest image has no list that says what http is.
]

const numberIn = (output: string, pattern: RegExp) => Number(pattern.exec(output)?.[1] ?? Number.NaN)

function readWrk(output: string) {
  if (/Socket errors|Non-2xx/.test(output)) throw new Error(`Requests failed:\n${output}`)
  const [, p99 = '', unit = ''] = /99%\s+([\d.]+)(us|ms|s)/.exec(output) ?? []
  return {
    requests: numberIn(output, /(\d+) requests in/),
    requestsPerSecond: numberIn(output, /Requests\/sec:\s+([\d.]+)/),
    p99Ms: Number(p99) * ({ us: 0.001, ms: 1, s: 1000 }[unit] ?? Number.NaN),
  }
}

/** Kept for the next run: it is a fixed image of Debian's packages. */
async function buildTools(docker: Docker): Promise<void> {
  const dockerfile = `FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends caddy curl wrk && rm -rf /var/lib/apt/lists/*
LABEL berth.bench=image berth.role=
`
  const stream = await docker.buildImage(archiveOf({ Dockerfile: dockerfile }), { t: toolsImage, forcerm: true })
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(stream, (error, events) => {
      const broken = events?.find((event: { error?: string }) => event.error)
      if (error || broken) reject(error ?? new Error(broken.error))
      else resolve()
    })
  })
}

export async function haproxyVersion(docker: Docker, runId: string): Promise<readonly [number, number]> {
  const options = { Image: haproxyImage, Entrypoint: ['sleep'], Cmd: ['60'], Labels: labelsOf(runId) }
  const container = await startContainer(docker, options)
  const words = await execute(container, ['haproxy', '-v'])
  await container.remove({ force: true })
  const [, major, minor] = /version (\d+)\.(\d+)/.exec(words) ?? []
  if (!major || !minor) throw new Error(`HAProxy does not tell its version: ${words}`)
  return [Number(major), Number(minor)]
}

function addressIn(networks: Record<string, { IPAddress: string }>): string {
  const [network] = Object.values(networks)
  return network?.IPAddress || fail('A container has no address', networks)
}

function fail(message: string, cause: unknown): never {
  throw new Error(message, { cause })
}
