import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  appMeasures,
  followStats,
  instanceMeasures,
  machineMeasures,
  PlatformError,
  type RequestOf,
  type StatsEvent,
  type StatsMeasure,
} from '@berth/contract'
import pc from 'picocolors'
import { fakeBerth, hangUp } from '../fake-berth.ts'
import { openTopScreen } from './top-view.ts'

const at = '2030-01-02T03:04:05.000Z'
type Values = Partial<Record<StatsMeasure, number>>
const nothing = (measures: readonly string[]) => Object.fromEntries(measures.map((name) => [name, null]))
const machine = (name: string, values: Values = {}) => ({ machine: name, ...nothing(machineMeasures), ...values })
const app = (name: string, values: Values = {}) => ({ app: name, ...nothing(appMeasures), ...values })
const instance = (id: string, values: Values = {}) => ({
  ...{ id, app: 'shop', service: 'web', machine: 'alpha' },
  ...nothing(instanceMeasures),
  ...values,
})
const event = (parts: object = {}) => ({ at, machines: [], apps: [], instances: [], ...parts }) as StatsEvent

async function* events(...items: readonly (StatsEvent | Error)[]) {
  for (const item of items) {
    if (item instanceof Error) throw item
    yield item
  }
}

const busy = event({
  machines: [
    machine('alpha', { cpuRatio: 0.25, memoryBytes: 1024 ** 3, load1: 1.25, ioPressurePercent: 12 }),
    machine('beta', { cpuRatio: 0.75, networkSentBytesPerSecond: 2048 }),
  ],
  apps: [app('shop', { cpuRatio: 1.5, requestsPerSecond: 120, errorsPerSecond: 0.5, instances: 3 })],
})

test('top shows machines and apps, the busiest first, and - where nobody measured', async (t) => {
  const { on, berth } = await fakeBerth(t)
  on(followStats, () => events(busy, event()))
  const { code, stdout } = await berth('top', '--once')
  assert.equal(code, 0)
  const [time, titles, first, second] = stdout.split('\n')
  assert.equal(time, at)
  assert.match(titles ?? '', /^MACHINE +CPU +MEMORY +RECEIVED +SENT/)
  assert.match(first ?? '', /^beta +75% .*- +- +2 KiB\/s/)
  assert.match(second ?? '', /^alpha +25% .* 1 GiB .* 1\.3 .* 12%$/)
  assert.match(stdout, /^shop +1\.50 .* 3 +120 +0\.5 /m)
})

test('top sorts by what is asked for and leaves out what is not', async (t) => {
  const { on, berth } = await fakeBerth(t)
  on(followStats, () => events(busy))
  const order = async (...words: string[]) =>
    (await berth('top', ...words, '--once')).stdout.match(/^(alpha|beta|shop)/gm)
  assert.deepEqual(await order('machines'), ['beta', 'alpha'])
  assert.deepEqual(await order('machines', '--sort', 'memory'), ['alpha', 'beta'])
  assert.deepEqual(await order('machines', '--sort', 'network'), ['beta', 'alpha'])
  assert.deepEqual(await order('--sort', 'name'), ['alpha', 'beta', 'shop'])
  assert.deepEqual(await order('apps'), ['shop'])
})

test('top of one app asks for its instances and shows them one by one', async (t) => {
  const { on, berth } = await fakeBerth(t)
  const asked: RequestOf<typeof followStats>['query'][] = []
  on(followStats, ({ query }) => {
    asked.push(query)
    return events(event({ apps: [app('shop')], instances: [instance('0123456789abcdef', { cpuRatio: 0.5 })] }))
  })
  const { stdout } = await berth('top', '--app', 'shop', '--once')
  assert.match(stdout, /^0123456789ab +0\.50 .* web +alpha /m)
  await berth('top', '--once')
  assert.deepEqual(asked, [{ app: 'shop', instances: true }, { instances: false }])
})

test('top prints each second as it came for a program, and tries again after a broken connection', async (t) => {
  const { on, start } = await fakeBerth(t)
  let streams = 0
  on(followStats, () => (++streams === 1 ? events(hangUp) : events(busy, event())))
  const child = start('top', '--json')
  const lines: string[] = []
  for await (const chunk of child.stdout ?? []) {
    lines.push(...String(chunk).trim().split('\n'))
    if (lines.length >= 2) break
  }
  child.kill()
  assert.deepEqual(
    lines.slice(0, 2).map((line) => JSON.parse(line)),
    [busy, event()],
  )
})

test('top of an app that is not there ends with its reason', async (t) => {
  const { on, berth } = await fakeBerth(t)
  on(followStats, () => {
    throw new PlatformError('app_not_found', 'There is no app shop')
  })
  const { code, stderr } = await berth('top', '--app', 'shop')
  assert.equal(code, 1)
  assert.match(stderr, /There is no app shop/)
})

test('top refuses what it cannot show or sort by', async (t) => {
  const { berth } = await fakeBerth(t)
  assert.match((await berth('top', 'cats')).stderr, /use machines, apps or all/)
  assert.match((await berth('top', '--sort', 'colour')).stderr, /--sort: use cpu, memory, network, name/)
})

test('in a terminal it is drawn over, no higher than the window, with a line of what was', () => {
  let written = ''
  const terminal = {
    ...{ colors: pc.createColors(false), isLive: true, isColored: false },
    ...{ width: () => 100, height: () => 6 },
    write(text: string) {
      written += text
    },
  }
  const view = { what: 'machines', app: undefined, sorting: 'cpu' } as const
  const ignore = () => undefined
  const screen = openTopScreen(view, { terminal, print: ignore, note: ignore })
  screen.show(event({ machines: [machine('alpha', { cpuRatio: 0 })] }))
  written = ''
  const many = ['alpha', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => machine(name, { cpuRatio: 1 }))
  screen.show(event({ machines: many }))
  assert.ok(written.startsWith('\x1b[2A\r'), 'Over the two lines of before')
  assert.match(written, /alpha +100% +▁█ /)
  assert.match(written, /4 more lines; make the window higher/)
  assert.equal(written.match(/\n/g)?.length, 5)
  written = ''
  screen.lost()
  assert.match(written, /alpha(.|\n)*Berth does not answer/)
  screen.end()
})
