import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { ClusterState } from '@berth/engine'
import { createClusterCa, type KeyedCertificate } from '@berth/identity'
import { openDatabase } from '../../packages/server/src/database/open-database.ts'
import type { Bench } from '../harness/run-bench.ts'
import { makeUpCluster, type Size } from './made-up-cluster.ts'

export type BerthServer = {
  url: string
  token: string
  agentPort: number
  ca: KeyedCertificate
  state: ClusterState
  folder: string
  pid: number
  /** How often it logged each kind of warning or error. */
  warnings: ReadonlyMap<string, number>
  /** Rejects when the server ends before it is told to. */
  ended: Promise<never>
  stop(): Promise<void>
}

const main = fileURLToPath(new URL('../../packages/server/src/main.ts', import.meta.url))
const token = `berth_${'b'.repeat(43)}`

/** The real server as a process of its own, with its database and its secrets in a folder that goes with it. */
export async function startServer(size: Size, bench: Bench): Promise<BerthServer> {
  const folder = await mkdtemp(join(tmpdir(), 'berth-bench-many-'))
  const remove = () => rm(folder, { recursive: true, force: true })
  bench.atEnd(remove)
  const ca = await createClusterCa({ now: new Date() })
  await writeSecrets(join(folder, 'secrets'), ca)
  const database = await openDatabase({ databasePath: join(folder, 'berth.db') })
  const state = await makeUpCluster(database, size).finally(() => database.close())
  const [apiPort, agentPort] = await freePorts()
  const server = spawn(process.execPath, [main], {
    env: {
      ...{ BERTH_DATA_DIR: folder, BERTH_SECRETS_DIR: join(folder, 'secrets'), BERTH_LOG_LEVEL: 'warn' },
      ...{ BERTH_API_PORT: `${apiPort}`, BERTH_AGENT_PORT: `${agentPort}`, PATH: process.env.PATH },
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const warnings = countWarnings(server.stdout)
  const { promise: ended, reject } = Promise.withResolvers<never>()
  ended.catch(() => undefined)
  server.once('exit', (code) => reject(new Error(`The server ended with ${code}; it had logged ${inWords(warnings)}`)))
  const end = () => {
    server.removeAllListeners('exit') // It is told to.
    return endOf(server)
  }
  bench.atEnd(end)
  const url = `http://127.0.0.1:${apiPort}`
  await untilAnswers(url, server, bench.signal)
  const stop = () => end().then(remove)
  return { url, token, agentPort, ca, state, folder, pid: server.pid ?? 0, warnings, ended, stop }
}

function countWarnings(output: Readable): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  createInterface({ input: output }).on('line', (line) => {
    const { msg } = JSON.parse(line) as { msg: string }
    counts.set(msg, (counts.get(msg) ?? 0) + 1)
  })
  return counts
}

export const inWords = (warnings: ReadonlyMap<string, number>): string =>
  [...warnings].map(([kind, count]) => `${kind} ${count}`).join(', ') || 'nothing'

async function writeSecrets(folder: string, ca: KeyedCertificate) {
  await mkdir(folder)
  const bootstrap = { adminEmail: 'bench@example.org', adminPassword: 'not used in a bench', apiToken: token }
  await writeFile(join(folder, 'berth-ca-cert'), ca.certPem)
  await writeFile(join(folder, 'berth-ca-key'), ca.keyPem, { mode: 0o600 })
  await writeFile(join(folder, 'berth-bootstrap'), JSON.stringify(bootstrap), { mode: 0o600 })
}

async function freePorts(): Promise<[number, number]> {
  const holders = [createServer(), createServer()].map((holder) => holder.listen(0, '127.0.0.1'))
  await Promise.all(holders.map((holder) => once(holder, 'listening')))
  const [first = 0, second = 0] = holders.map((holder) => (holder.address() as AddressInfo).port)
  for (const holder of holders) holder.close()
  return [first, second]
}

async function untilAnswers(url: string, server: ChildProcess, signal: AbortSignal) {
  while (server.exitCode === null) {
    const answer = await fetch(`${url}/healthz`, { signal }).catch(() => undefined)
    await answer?.body?.cancel()
    if (answer) return
    await delay(100, undefined, { signal })
  }
  throw new Error(`The server ended with ${server.exitCode}`)
}

export async function endOf(child: ChildProcess) {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), 8_000)
  await ended
  clearTimeout(timer)
}

/** Seconds of a core that a process has used, of all its threads. */
export async function readCpuSeconds(pid: number): Promise<number> {
  const [, afterName = ''] = /\) (.*)/s.exec(await readFile(`/proc/${pid}/stat`, 'utf8')) ?? []
  const [user = 0, system = 0] = afterName.split(' ').slice(11, 13).map(Number)
  return (user + system) / clockTicksPerSecond
}

/** What Linux tells user space everywhere, whatever its own clock does. */
const clockTicksPerSecond = 100

/** Undefined when it takes too long. */
const read = (url: string) =>
  fetch(url, { headers: { authorization: `Bearer ${token}` }, signal: AbortSignal.timeout(10_000) })
    .then((answer) => answer.text())
    .catch(() => undefined)

/** As the server itself tells, in MiB. */
export async function readMemory({ url }: BerthServer): Promise<{ rss: number; heap: number }> {
  const text = (await read(`${url}/metrics`)) ?? ''
  const mebibytes = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]) / 1024 ** 2
  return { rss: mebibytes('process_resident_memory_bytes'), heap: mebibytes('nodejs_heap_size_used_bytes') }
}

/** How many apps are what they should be, for the figures of a server that despairs would mean nothing. */
export async function countRunning({ url }: BerthServer): Promise<number> {
  const apps = JSON.parse((await read(`${url}/v1/apps`)) ?? '[]') as { state: string }[]
  return apps.filter(({ state }) => state === 'running').length
}
