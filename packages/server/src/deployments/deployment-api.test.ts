import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testCaller } from '../gate/test-caller.ts'
import { deploymentApi } from './deployment-api.ts'

type Added = { services: { name: string; image: string }[] }

function setUp(serving: number) {
  const added: Added[] = []
  const services = ['web', 'worker'].map((name) => ({
    name,
    image: `${name}:1`,
    env: {},
    resources: {},
    healthCheck: {},
  }))
  const row = {
    id: 'd1',
    app: 'shop',
    kind: 'deploy',
    releaseVersion: serving,
    services,
    steps: [],
    createdAtMs: 0,
    finishedAtMs: null,
  }
  const [create] = deploymentApi({
    apps: { get: async () => ({ name: 'shop', project: 'team', activeDeploymentId: 'd1', isStopped: false }) },
    releases: {},
    deployments: {
      get: async () => row,
      add: async (wanted: Added) => {
        added.push(wanted)
        return { ...row, ...wanted }
      },
    },
    activity: { add: async () => undefined },
    changes: { notify: () => undefined },
    urlOf: () => 'http://shop.example.org',
  } as unknown as Parameters<typeof deploymentApi>[0])
  const caller = testCaller('ann', 'admin')
  const deploy = async (body: object) =>
    create?.answer({ params: { app: 'shop' }, body: { supersede: false, deadlineMs: 1000, ...body }, caller })
  return { deploy, images: () => added[0]?.services.map(({ image }) => image) }
}

test('a change is about the face of an app, unless another of its services is named', async () => {
  const face = setUp(3)
  await face.deploy({ change: { image: 'slim' } })
  assert.deepEqual(face.images(), ['slim', 'worker:1'])
  const other = setUp(3)
  await other.deploy({ change: { image: 'slim' }, service: 'worker' })
  assert.deepEqual(other.images(), ['web:1', 'slim'])
  await assert.rejects(other.deploy({ change: { image: 'slim' }, service: 'cron' }), { hint: 'It has web, worker' })
})

test('a change that was made from a release is refused where another one serves by then', async () => {
  const { deploy, images } = setUp(4)
  await assert.rejects(deploy({ change: { image: 'slim' }, ifServing: 3 }), { code: 'conflict' })
  assert.equal(images(), undefined)
  await deploy({ change: { image: 'slim' }, ifServing: 4 })
  assert.deepEqual(images(), ['slim', 'worker:1'])
})
