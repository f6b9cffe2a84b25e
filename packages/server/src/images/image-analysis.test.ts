import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ImageAnalysis, ImageAnalysisEvent } from '@berth/contract'
import { PlatformError } from '@berth/contract'
import type { ClusterState } from '@berth/engine'
import type { AgentConnection } from '../agents/agent-registry.ts'
import { testCaller } from '../gate/test-caller.ts'
import type { ReleaseRow } from '../releases/release-store.ts'
import { analysisEvents, type Tell } from './analysis-events.ts'
import { imageAnalysisApi } from './image-analysis-api.ts'
import { imageOfService, machinesFor, mayAnalyse } from './image-analysis-plan.ts'

const never = new AbortController().signal
const analysis: ImageAnalysis = {
  ...{ image: 'shop', sizeBytes: 0, layers: [], efficiency: 1, wastedBytes: 0, wastedFiles: [], largestFiles: [] },
  ...{ duplicates: [], leftovers: [], advice: [], user: null, createdAt: null },
}

async function all(events: AsyncIterable<ImageAnalysisEvent>) {
  const seen: ImageAnalysisEvent[] = []
  for await (const event of events) seen.push(event)
  return seen
}

test('the newest word is told while the machine works, and then what came of it', async () => {
  const { promise: finished, resolve: finish } = Promise.withResolvers<ImageAnalysis>()
  let tell: Tell = () => undefined
  const events = analysisEvents(never, (given) => {
    tell = given
    return finished
  })
  const first = events.next()
  tell('one')
  tell('two')
  assert.deepEqual((await first).value, { kind: 'progress', text: 'two' })
  finish(analysis)
  assert.deepEqual(await all(events), [{ kind: 'analysed', analysis }])
})

test('who stops reading stops the machine', async () => {
  const { promise: stopped, resolve } = Promise.withResolvers<void>()
  const events = analysisEvents(never, async (tell, signal) => {
    tell('reading')
    signal.addEventListener('abort', () => resolve())
    return new Promise<ImageAnalysis>(() => {})
  })
  await events.next()
  await events.return()
  await stopped
})

test('a failure ends the stream with itself', async () => {
  const events = analysisEvents(never, () => Promise.reject(new PlatformError('image_invalid', 'broken')))
  await assert.rejects(all(events), { code: 'image_invalid' })
})

const service = (name: string) => ({ name, imageDigest: `image-of-${name}` })
const release = { services: [service('web'), service('worker')] } as ReleaseRow

test('the face of an app is analysed unless another service is named', () => {
  assert.equal(imageOfService('shop', release, undefined), 'image-of-web')
  assert.equal(imageOfService('shop', release, 'worker'), 'image-of-worker')
  assert.throws(() => imageOfService('shop', release, 'cron'), { code: 'invalid_request', hint: 'It has web, worker' })
  assert.throws(() => imageOfService('shop', undefined, undefined), { code: 'release_not_found' })
})

const agent = (name: string, isManager = false, analyse?: () => Promise<ImageAnalysis>) =>
  ({ name, machineId: name, isManager, channel: { call: analyse } }) as unknown as AgentConnection

test('a machine that runs the image is asked before a manager, and a manager before a worker', () => {
  const agents = [agent('idle'), agent('manager', true), agent('running')]
  const state = { instances: [{ image: 'shop', machineId: 'running' }] } as ClusterState
  assert.deepEqual(
    machinesFor('shop', agents, state).map(({ name }) => name),
    ['running', 'manager', 'idle'],
  )
  assert.deepEqual(machinesFor('other', agents, undefined)[0].name, 'manager')
  assert.throws(() => machinesFor('shop', [], undefined), { code: 'engine_unavailable' })
})

test('images of apps that one may not deploy are not analysed by their names', async () => {
  const findApp = async (name: string) => (name === 'shop' ? { project: 'team' } : undefined)
  const may = (image: string, ...caller: Parameters<typeof testCaller>) =>
    mayAnalyse(image, testCaller(...caller), findApp)
  assert.equal(await may('127.0.0.1:5000/shop:1', 'ann', 'deploy', ['team']), true)
  assert.equal(await may('127.0.0.1:5000/shop/worker:1', 'ann', 'read', ['team']), false)
  assert.equal(await may('127.0.0.1:5000/shop:1', 'bob', 'admin', ['other']), false)
  assert.equal(await may('127.0.0.1:5000/gone:1', 'bob', 'deploy', ['other']), false)
  assert.equal(await may('127.0.0.1:5000/gone:1', 'root', 'admin'), true)
  assert.equal(await may('nginx:stable', 'bob', 'deploy', ['other']), true)
})

/** The answer of the endpoint for any name, with these machines. */
async function analyseByName(agents: AgentConnection[], caller = testCaller('root', 'admin')) {
  const api = imageAnalysisApi({
    agents: { list: () => agents },
    cluster: { current: () => undefined },
    apps: { find: async () => undefined },
  } as unknown as Parameters<typeof imageAnalysisApi>[0])
  const request = { query: { name: '127.0.0.1:5000/shop:1' }, caller, signal: never }
  return all((await api[1]?.answer(request)) as AsyncIterable<ImageAnalysisEvent>)
}

test('machines are asked for an image until one has it', async () => {
  const missing = () => Promise.reject(new PlatformError('image_not_found', 'not here'))
  const agents = [agent('a', true, missing), agent('b', false, async () => analysis)]
  assert.deepEqual(await analyseByName(agents), [{ kind: 'analysed', analysis }])
  await assert.rejects(analyseByName([agent('a', true, missing)]), { code: 'image_not_found', message: /No machine/ })
})

test('a machine is not even asked for an image that is none of the caller, which is told as if there were none', async () => {
  const agents = [agent('a', true, () => assert.fail('asked'))]
  await assert.rejects(analyseByName(agents, testCaller('bob', 'deploy', ['other'])), { code: 'image_not_found' })
})
