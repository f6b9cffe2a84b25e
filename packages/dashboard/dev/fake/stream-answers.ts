import { setTimeout as delay } from 'node:timers/promises'
import {
  type Deployment,
  followDeployment,
  followLive,
  followLogs,
  type LiveEvent,
  type LogLine,
  listFigures,
} from '@berth/contract'
import { type Answer, answer, notFound } from './answer.ts'
import { findDeployment, getSample } from './app-answers.ts'
import { logWriter } from './log-lines.ts'
import type { SampleApp } from './sample-apps.ts'
import { figuresOf, type World } from './world.ts'

const stepMs = 2_000

export const streamAnswers: Answer[] = [
  answer(followLive, ({ query }, { world, signal }) => liveEvents(world, query.app, signal)),
  answer(followLogs, ({ params, query }, { world, signal }) => {
    const sample = getSample(world, params.app)
    if (query.instance && !sample.instances.some(({ id }) => id === query.instance))
      throw notFound('instance_not_found', `${params.app} has no instance ${query.instance}`)
    return logLines(world, sample, query, signal)
  }),
  answer(followDeployment, ({ params }, { world, signal }) =>
    deploymentEvents(findDeployment(world, params.app, params.deploymentId), signal),
  ),
  answer(listFigures, ({ query }, { world }) => {
    const samples = query.app ? [getSample(world, query.app)] : [...world.apps.values()]
    const endAtMs = Date.now()
    const times = Array.from({ length: query.steps }, (_, index) => endAtMs - (query.steps - 1 - index) * stepMs)
    return {
      stepMs,
      endAt: new Date(endAtMs).toISOString(),
      apps: samples.map((sample) => seriesOf(sample, times)),
    }
  }),
]

function seriesOf(sample: SampleApp, times: readonly number[]) {
  const figures = times.map((atMs) => figuresOf(sample, atMs))
  return {
    app: sample.app.name,
    requestsPerSecond: figures.map(({ requestsPerSecond }) => requestsPerSecond),
    errorsPerSecond: figures.map(({ errorsPerSecond }) => errorsPerSecond),
    cpuRatio: figures.map(({ cpuRatio }) => cpuRatio),
    memoryBytes: figures.map(({ memoryBytes }) => memoryBytes),
  }
}

async function* liveEvents(world: World, name: string | undefined, signal: AbortSignal): AsyncGenerator<LiveEvent> {
  const sample = name ? getSample(world, name) : undefined
  const waiting: LiveEvent[] = []
  let wake = () => {}
  const add = (event: LiveEvent) => {
    waiting.push(structuredClone(event))
    wake()
  }
  const unlisten = world.listen((event, onlyFor) => {
    if (!onlyFor || onlyFor === name) add(event)
  })
  const addFigures = () => {
    add({ kind: 'figures', at: new Date().toISOString(), apps: figuresOfAll(world) })
    add({ kind: 'machines', machines: world.machines.map(breathe) })
  }
  const timer = setInterval(addFigures, stepMs)
  signal.addEventListener('abort', () => wake())
  try {
    yield {
      kind: 'snapshot',
      apps: [...world.apps.values()].map(({ app }) => app),
      machines: world.machines,
      instances: sample?.instances ?? [],
      deployments: sample?.deployments.slice(0, 1) ?? [],
      relocations: world.me.isAdmin ? world.relocations : [],
    }
    addFigures()
    while (!signal.aborted) {
      const event = waiting.shift()
      if (event) yield event
      else await new Promise<void>((resolve) => (wake = resolve))
    }
  } finally {
    clearInterval(timer)
    unlisten()
  }
}

const figuresOfAll = ({ apps }: World) =>
  Object.fromEntries([...apps].map(([name, sample]) => [name, figuresOf(sample, Date.now())]))

/** A machine whose figures move. */
function breathe(machine: World['machines'][number], index: number): World['machines'][number] {
  if (!machine.stats) return machine
  const cpuRatio = Math.min(1, Math.max(0, machine.stats.cpuRatio + Math.sin(Date.now() / 9_000 + index) * 0.08))
  return { ...machine, stats: { ...machine.stats, cpuRatio }, lastSeenAt: new Date().toISOString() }
}

async function* deploymentEvents(deployment: Deployment, signal: AbortSignal): AsyncGenerator<Deployment> {
  let sent = ''
  while (!signal.aborted) {
    const now = JSON.stringify(deployment)
    if (now !== sent) yield structuredClone(deployment)
    sent = now
    if (deployment.finishedAt) return
    await delay(100, undefined, { signal, ref: false }).catch(() => undefined)
  }
}

type LogQuery = { follow: boolean; tail: number; instance?: string | undefined }

/** The last lines at once, the rest of a long log as fast as it is read, and then one now and again. */
async function* logLines(
  world: World,
  sample: SampleApp,
  query: LogQuery,
  signal: AbortSignal,
): AsyncGenerator<LogLine> {
  const write = logWriter(world.scenario === 'hostile')
  const only = query.instance ? sample.instances.filter(({ id }) => id === query.instance) : sample.instances
  const lineAt = (index: number, at: Date) => {
    world.logLinesSent++
    return write(index, only, at)
  }
  const begin = Math.min(query.tail, world.logLines)
  for (let index = 0; index < begin; index++) {
    yield lineAt(index, new Date(Date.now() - (begin - index) * 1_000))
    if (index % 500 === 499) await delay(1, undefined, { ref: false })
  }
  if (!query.follow) return
  for (let index = begin; !signal.aborted; index++) {
    if (index >= world.logLines || world.logLines < 10_000)
      await delay(700, undefined, { signal, ref: false }).catch(() => undefined)
    else if (index % 500 === 0) await delay(5, undefined, { ref: false })
    if (!signal.aborted) yield lineAt(index, new Date())
  }
}
