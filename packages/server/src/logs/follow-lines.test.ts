import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type LogLine, PlatformError } from '@berth/contract'
import type { AgentConnection } from '../agents/agent-registry.ts'
import { followLines } from './follow-lines.ts'
import { lineQueue } from './line-queue.ts'
import { type LogSource, logSources, remark } from './log-source.ts'

type Written = Pick<LogLine, 'stream' | 'at' | 'text'>
const at = (second: number) => `2026-01-01T00:00:${String(second).padStart(2, '0')}.000Z`

/** Instances that write, on machines whose agents come and go. */
function world() {
  const logs = new Map<string, Written[]>()
  const readers = new Map<string, Set<(line: Written) => void>>()
  const connected = new Set<string>()
  const sources: LogSource[] = []

  function start(instanceId: string, machine: string) {
    sources.push({ instanceId, service: 'web', machineId: machine, machine, isOver: false })
    logs.set(instanceId, [])
    readers.set(instanceId, new Set())
    connected.add(machine)
  }

  function write(instanceId: string, second: number, text: string) {
    const line: Written = { stream: 'stdout', at: at(second), text }
    logs.get(instanceId)?.push(line)
    for (const read of readers.get(instanceId) ?? []) read(line)
  }

  type Request = { instanceId: string; tail: number; follow: boolean }
  async function call(_verb: string, { instanceId, tail, follow }: Request, options: CallOptions) {
    const log = logs.get(instanceId)
    if (!log) throw new PlatformError('instance_not_found', 'No such instance')
    if (tail > 0) for (const line of log.slice(-tail)) options.onEvent(line)
    if (!follow) return {}
    readers.get(instanceId)?.add(options.onEvent)
    return new Promise((_, reject) => options.signal.addEventListener('abort', () => reject(options.signal.reason)))
  }
  type CallOptions = { signal: AbortSignal; onEvent(line: Written): void }

  const find = (machineId: string) =>
    connected.has(machineId) ? ({ channel: { call } } as unknown as AgentConnection) : undefined
  const deps = {
    sources: () => [...sources],
    agents: { find },
    now: () => new Date(0),
    times: { patienceMs: 1_000, lookEveryMs: 5 },
  }
  return { start, write, deps, sources, connected, logs }
}

const never = new AbortController().signal
const brief = ({ instanceId, stream, text }: LogLine) => (stream === 'berth' ? text : `${instanceId}:${text}`)

test('the last lines of all instances come in order of time', async () => {
  const { start, write, deps } = world()
  start('a', 'm1')
  start('b', 'm2')
  for (const [instance, second] of [
    ['a', 1],
    ['a', 4],
    ['b', 2],
    ['b', 3],
  ] as const)
    write(instance, second, `${second}`)
  const lines = await Array.fromAsync(followLines(deps, { tail: 3, follow: false }, never))
  assert.deepEqual(lines.map(brief), ['b:2', 'b:3', 'a:4'])
})

test('goes on where the last lines ended, and takes up instances that appear', async () => {
  const { start, write, deps } = world()
  start('a', 'm1')
  write('a', 1, 'old')
  write('a', 2, 'last')
  const lines = followLines(deps, { tail: 1, follow: true }, never)
  const next = async () => brief((await lines.next()).value as LogLine)
  assert.equal(await next(), 'a:last')
  write('a', 2, 'same moment')
  assert.equal(await next(), 'a:same moment')
  start('b', 'm1')
  write('b', 3, 'first of another')
  assert.equal(await next(), 'b:first of another')
  write('a', 4, 'on')
  assert.equal(await next(), 'a:on')
  await lines.return(undefined)
})

test('an instance on a machine without an agent is said to be missing, once, and is taken up when the agent is back', async () => {
  const { start, write, deps, connected } = world()
  start('a', 'm1')
  start('b', 'm2')
  write('b', 1, 'hidden')
  connected.delete('m2')
  const lines = followLines(deps, { tail: 10, follow: true }, never)
  const next = async () => brief((await lines.next()).value as LogLine)
  assert.equal(await next(), "[berth] This instance's log cannot be read now: the agent of machine m2 is not connected")
  write('a', 2, 'seen')
  assert.equal(await next(), 'a:seen')
  connected.add('m2')
  assert.equal(await next(), 'b:hidden')
  await lines.return(undefined)
})

test('an instance that the engine has forgotten is left out', async () => {
  const { start, deps, sources, logs } = world()
  start('a', 'm1')
  logs.clear()
  const [source] = sources.splice(0)
  if (source) sources.push({ ...source, isOver: true })
  assert.deepEqual(await Array.fromAsync(followLines(deps, { tail: 10, follow: false }, never)), [])
})

test('ends with the signal', async () => {
  const { start, write, deps } = world()
  start('a', 'm1')
  write('a', 1, 'x')
  const stop = new AbortController()
  const lines = followLines(deps, { tail: 1, follow: true }, stop.signal)
  await lines.next()
  const next = lines.next()
  stop.abort(new Error('Left'))
  await assert.rejects(next)
})

test('a reader who is too slow is told how much was left out', async () => {
  const source = { instanceId: 'a', service: 'web', machine: 'm' }
  const queue = lineQueue(4, (lost, next) => remark(next, new Date(0), `${lost} lost`))
  for (const text of ['1', '2', '3', '4', '5', '6']) {
    queue.push({ ...source, stream: 'stdout', at: at(1), text })
  }
  const reader = queue[Symbol.asyncIterator]()
  const texts: string[] = []
  for (let count = 0; count < 4; count++) texts.push(((await reader.next()).value as LogLine).text)
  assert.deepEqual(texts, ['[berth] 3 lost', '4', '5', '6'])
})

test('only instances of the app itself have a log there', () => {
  const instance = {
    id: 'i1',
    serviceName: 's',
    app: 'shop',
    service: 'web',
    deploymentId: 'd',
    releaseVersion: 1,
    slot: 1,
    machineId: 'id-1',
    state: 'failed' as const,
    isWanted: false,
    addresses: [],
    message: null,
    exitCode: 1,
    image: 'x',
    createdAt: at(1),
    since: at(1),
  }
  const instances = [instance, { ...instance, id: 'i2', app: 'other' }, { ...instance, id: 'i3', machineId: null }]
  const state = { services: [], instances, machines: [], reserved: {} }
  assert.deepEqual(logSources(state, 'shop'), [
    { instanceId: 'i1', service: 'web', machineId: 'id-1', machine: 'id-1', isOver: true },
  ])
})
