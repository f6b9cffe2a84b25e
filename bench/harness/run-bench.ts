import { cpus, loadavg, release } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import Docker from 'dockerode'
import { removeLabelled } from './labelled.ts'

export type Bench = {
  /** Everything made by this run carries the label `berth.bench=<run id>`. */
  runId: string
  docker: Docker
  /** Aborted on Ctrl-C and when the time is up. */
  signal: AbortSignal
  say(words: string): void
  /** Runs at the end, however it comes, the last one first. */
  atEnd(clean: () => Promise<void>): void
}

export type BenchOptions = { name: string; measures: string; maxMs?: number; usesDocker?: boolean }

const graceMs = 10_000

/** Says where it ran, never leaves anything behind, and ends in time. */
export async function runBench(options: BenchOptions, work: (bench: Bench) => Promise<void>): Promise<void> {
  const { name, measures, maxMs = 235_000, usesDocker = true } = options
  const stop = new AbortController()
  const cleaners: (() => Promise<void>)[] = []
  const runId = `${name}-${process.pid}`
  const docker = new Docker()
  const say = (words: string) => console.log(words)
  const bench: Bench = { runId, docker, signal: stop.signal, say, atEnd: (clean) => void cleaners.unshift(clean) }
  if (usesDocker) bench.atEnd(() => removeLabelled(docker, runId))

  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => stop.abort(new Error('interrupted')))
  const timer = setTimeout(() => stop.abort(new Error(`not done in ${maxMs / 1000} s`)), maxMs)
  const aborted = new Promise<never>((_, reject) => {
    stop.signal.addEventListener('abort', () => reject(stop.signal.reason))
  })

  say(`${name}: ${measures}`)
  say(`${await describeMachine(usesDocker ? docker : undefined)}\n${describeLoad('start')}\n`)
  const working = work(bench)
  try {
    await Promise.race([working, aborted])
    say(`\n${describeLoad('end')}`)
  } catch (error) {
    console.error(`${name} ended early:`, error instanceof Error && stop.signal.aborted ? error.message : error)
    process.exitCode = 1
    stop.abort(error)
    await Promise.race([working.catch(() => undefined), delay(graceMs)]) // Else it may make what was just removed.
  } finally {
    clearTimeout(timer)
    for (const clean of cleaners) await clean().catch((error) => console.error('Not all was removed:', error))
  }
  process.exit()
}

const describeLoad = (when: string) =>
  `Load average at the ${when}: ${loadavg()
    .map((value) => value.toFixed(1))
    .join(' ')} (1, 5, 15 min; this run included)`

async function describeMachine(docker: Docker | undefined): Promise<string> {
  const [cpu] = cpus()
  const engine = docker ? `, ${await describeEngine(docker)}` : ''
  return `${cpus().length} x ${cpu?.model ?? 'CPU'}, Linux ${release()}${engine}, Node ${process.versions.node}`
}

async function describeEngine(docker: Docker): Promise<string> {
  const { ServerVersion, CgroupVersion = '1' } = await docker.info()
  return `Docker ${ServerVersion}, cgroup v${CgroupVersion}`
}
